import type { Path } from '../../model/declared.ts';
import type { Auth, BasicAuth, Json, JsonObject, KeyAuth } from '../../model/product.ts';
import { soleName } from '../sole-name.ts';
import { writtenField } from '../written-field.ts';
import type { Declaration, Surroundings } from './declaration.ts';
import { isObject } from '../../json/value.ts';
import type { Edit } from './edit.ts';
import { removeAt, setTo } from './set-edits.ts';

const TYPES = ['key_auth', 'basic_auth', 'dcr'] as const;
type AuthType = (typeof TYPES)[number];

/** Auth as it is live, in the spelling of the file; settings that the file leaves out are written only if they differ. */
export function authEdits(one: Declaration, around: Surroundings): readonly Edit[] {
  const path = [...one.path, 'auth'];
  const written = one.written['auth'];
  const fresh = writtenField('auth', one.live.fields.auth, { ...around, withDefaults: false });
  if (!isObject(written) || !isObject(fresh)) return [setTo(path, fresh)];
  return TYPES.flatMap((type) => typeEdits(type, path, written, fresh, one, around));
}

function typeEdits(
  type: AuthType,
  path: Path,
  written: JsonObject,
  fresh: JsonObject,
  { fields, live }: Declaration,
  around: Surroundings,
): readonly Edit[] {
  const key = [type, type.replace('_', '-')].find((one) => Object.hasOwn(written, one));
  const value = fresh[type];
  if (key === undefined) return value === undefined ? [] : [setTo([...path, type], value)];
  if (value === undefined) return [removeAt([...path, key])];
  const at = [...path, key];
  const before = written[key];
  if (type === 'dcr') return providerEdits(at, before, value, fields.auth, live.fields.auth, around);
  return settingEdits(at, before, value, fields.auth?.[type], live.fields.auth[type]);
}

function settingEdits(
  path: Path,
  written: Json | undefined,
  fresh: Json,
  declared: KeyAuth | BasicAuth | undefined,
  live: KeyAuth | BasicAuth | undefined,
): readonly Edit[] {
  if (!isObject(written) || declared === undefined || live === undefined) return [setTo(path, fresh)];
  const before: JsonObject = { ...declared };
  const after: JsonObject = { ...live };
  return Object.entries(after)
    .filter(([key, value]) => value !== before[key])
    .map(([key, value]) => setTo([...path, key], value));
}

/** A provider that the file names by its id stays an id. */
function providerEdits(
  path: Path,
  written: Json | undefined,
  fresh: Json,
  declared: Auth | undefined,
  live: Auth,
  { directory }: Surroundings,
): readonly Edit[] {
  const id = live.dcr?.dcr_provider_id ?? '';
  if (declared?.dcr?.dcr_provider_id === id) return [];
  if (!isObject(written)) return [setTo(path, fresh)];
  if (Object.hasOwn(written, 'dcr_provider_id')) return [setTo([...path, 'dcr_provider_id'], id)];
  const name = soleName(directory.dcrProviders, id);
  return name === undefined ? [setTo(path, fresh)] : [setTo([...path, 'dcr_provider'], name)];
}
