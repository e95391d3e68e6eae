import type { Auth as WrittenAuth } from '../generated/product-file.ts';
import { isObject } from '../json/value.ts';
import { unambiguousNames, type Names } from '../model/desired.ts';
import type { Auth, BasicAuth, Json, JsonObject, KeyAuth } from '../model/product.ts';
import { removeAt, setTo, type Edit } from './edits.ts';
import type { AuthKeys, Editing, Items, Reference, Writing } from './field.ts';
import { flag, GATEWAY, needed, object, structured, text } from './field.ts';
import { lookUpBy, nameOrId, uniqueName, type Resolving } from './look-up.ts';

export const auth = structured<Auth, WrittenAuth>({
  on: GATEWAY,
  initial: {},
  lockedWhilePublished: true,
  neededToCreate: true,
  read,
  write,
  refers,
  resolve,
  items,
  dump,
  edits,
});

const BASIC: BasicAuth = { hide_credentials: false };
const KEY: KeyAuth = { header: 'apikey', query: 'apikey', ...BASIC };
const PROVIDER = { kind: 'DCR provider', nameKey: 'dcr_provider', idKey: 'dcr_provider_id' };

const SPELLINGS: Readonly<Record<keyof Auth, readonly string[]>> = {
  key_auth: ['key_auth', 'key-auth'],
  basic_auth: ['basic_auth', 'basic-auth'],
  dcr: ['dcr'],
};
const TYPES = Object.keys(SPELLINGS) as (keyof Auth)[];

/**
 * Reads the keys of both dialects, and fills in defaults, since a server may return `{}` or all values
 * (docs/design/admin-api.md §13, §15.19).
 */
function read(value: Json | undefined, name: string): Auth | undefined {
  const found = object(value, name);
  if (found === undefined) return undefined;
  const keyAuth = object(found['key_auth'] ?? found['key-auth'], 'auth.key_auth');
  const basicAuth = object(found['basic_auth'] ?? found['basic-auth'], 'auth.basic_auth');
  const dcr = object(found['dcr'], 'auth.dcr');
  return {
    ...(keyAuth && { key_auth: readKeyAuth(keyAuth) }),
    ...(basicAuth && { basic_auth: { hide_credentials: hidesCredentials(basicAuth) } }),
    ...(dcr && { dcr: { dcr_provider_id: needed(text(dcr['dcr_provider_id'], 'auth.dcr'), 'auth.dcr') } }),
  };
}

function readKeyAuth(keyAuth: JsonObject): KeyAuth {
  return {
    header: text(keyAuth['header'], 'auth.key_auth.header') || KEY.header,
    query: text(keyAuth['query'], 'auth.key_auth.query') || KEY.query,
    hide_credentials: hidesCredentials(keyAuth),
  };
}

const hidesCredentials = (one: JsonObject): boolean =>
  flag(one['hide_credentials'], 'auth hide_credentials') ?? false;

/** Keeps unknown auth types: removing one would lock out its users. */
function write(value: Auth, was: Json | undefined, authKeys: AuthKeys): JsonObject {
  const before = isObject(was) ? was : {};
  const spellings = new Set(Object.values(SPELLINGS).flat());
  const unknown = Object.entries(before).filter(([key, one]) => !spellings.has(key) && one !== null);
  const known = TYPES.filter((type) => value[type] !== undefined).map((type) => {
    const old = SPELLINGS[type].map((key) => before[key]).find(isObject);
    return [authKeys[type], { ...old, ...value[type] }] as const;
  });
  return Object.fromEntries([...unknown, ...known]);
}

function refers({ dcr }: WrittenAuth | Auth): readonly Reference[] {
  const provider: WrittenAuth['dcr'] = dcr;
  if (provider === undefined) return [];
  return [{ to: 'dcrProviders', name: provider.dcr_provider, id: provider.dcr_provider_id }];
}

/** Fills in the server's defaults (docs/design/admin-api.md §5) and resolves the name of the DCR provider. */
function resolve({ key_auth: key, basic_auth: basic, dcr }: WrittenAuth, resolving: Resolving): Auth {
  const { dcrProviders } = resolving.directory;
  const provider = dcr && lookUpBy(PROVIDER, { ...dcr }, ['auth', 'dcr'], dcrProviders, resolving);
  return {
    ...(key !== undefined && { key_auth: { ...KEY, ...key } }),
    ...(basic !== undefined && { basic_auth: { ...BASIC, ...basic } }),
    ...(dcr !== undefined && { dcr: { dcr_provider_id: provider?.id ?? '' } }),
  };
}

function items({ key_auth: key, basic_auth: basic, dcr }: Auth, path: string, names: Names): Items {
  const found = new Map<string, Json>();
  if (key) found.set(`${path}.key_auth`, { ...key });
  if (basic) found.set(`${path}.basic_auth`, { ...basic });
  if (dcr) {
    const { dcr_provider_id: id } = dcr;
    found.set(`${path}.dcr`, { dcr_provider: unambiguousNames(names).dcrProviders.get(id) ?? id });
  }
  return found;
}

function dump({ key_auth: key, basic_auth: basic, dcr }: Auth, writing: Writing): JsonObject {
  return {
    ...(key && { key_auth: withoutDefaults({ ...key }, { ...KEY }, writing) }),
    ...(basic && { basic_auth: withoutDefaults({ ...basic }, { ...BASIC }, writing) }),
    ...(dcr && { dcr: nameOrId(PROVIDER, dcr.dcr_provider_id, writing.directory.dcrProviders) }),
  };
}

function withoutDefaults(settings: JsonObject, defaults: JsonObject, { withDefaults }: Writing): JsonObject {
  const kept = Object.entries(settings).filter(([key, value]) => withDefaults || value !== defaults[key]);
  return Object.fromEntries(kept);
}

/** Keeps the form of the file; omitted settings are written only if they differ. */
function edits(editing: Editing<Auth>): readonly Edit[] {
  const { path, written, wanted, directory } = editing;
  const dumped = dump(wanted, { directory, withDefaults: false });
  if (!isObject(written)) return [setTo(path, dumped)];
  return TYPES.flatMap((type) => typeEdits(type, written, dumped[type], editing));
}

function typeEdits(
  type: keyof Auth,
  written: JsonObject,
  dumped: Json | undefined,
  editing: Editing<Auth>,
): readonly Edit[] {
  const { path, declared, wanted } = editing;
  const key = SPELLINGS[type].find((one) => Object.hasOwn(written, one));
  if (key === undefined) return dumped === undefined ? [] : [setTo([...path, type], dumped)];
  const at = [...path, key];
  if (dumped === undefined) return [removeAt(at)];
  if (type === 'dcr') return providerEdits(at, written[key], dumped, editing);
  return settingEdits(at, written[key], dumped, [declared?.[type], wanted[type]]);
}

function settingEdits(
  path: Edit['path'],
  written: Json | undefined,
  dumped: Json,
  [declared, live]: readonly (KeyAuth | BasicAuth | undefined)[],
): readonly Edit[] {
  if (!isObject(written) || declared === undefined || live === undefined) return [setTo(path, dumped)];
  const before: JsonObject = { ...declared };
  return Object.entries<Json>({ ...live })
    .filter(([key, value]) => value !== before[key])
    .map(([key, value]) => setTo([...path, key], value));
}

/** A provider that the file names by id stays an id. */
function providerEdits(
  path: Edit['path'],
  written: Json | undefined,
  dumped: Json,
  { declared, wanted, directory }: Editing<Auth>,
): readonly Edit[] {
  const id = wanted.dcr?.dcr_provider_id ?? '';
  if (declared?.dcr?.dcr_provider_id === id) return [];
  if (!isObject(written)) return [setTo(path, dumped)];
  if (Object.hasOwn(written, 'dcr_provider_id')) return [setTo([...path, 'dcr_provider_id'], id)];
  const name = uniqueName(directory.dcrProviders, id);
  return name === undefined ? [setTo(path, dumped)] : [setTo([...path, 'dcr_provider'], name)];
}
