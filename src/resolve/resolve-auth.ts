import type { Auth as DeclaredAuth } from '../generated/product-file.ts';
import { DEFAULT_KEY_NAME } from '../model/field-table.ts';
import type { Locate } from '../model/declared.ts';
import type { Directory } from '../model/directory.ts';
import type { Auth } from '../model/product.ts';
import { lookUp, type Collect } from './look-up.ts';

/** `auth` with the server's defaults filled in (admin-api §5) and the DCR provider's name resolved. */
export function resolveAuth(auth: DeclaredAuth, directory: Directory, at: Locate, collect: Collect): Auth {
  const { key_auth: key, basic_auth: basic, dcr } = auth;
  return {
    ...(key !== undefined && {
      key_auth: { header: DEFAULT_KEY_NAME, query: DEFAULT_KEY_NAME, hide_credentials: false, ...key },
    }),
    ...(basic !== undefined && { basic_auth: { hide_credentials: false, ...basic } }),
    ...(dcr !== undefined && { dcr: { dcr_provider_id: providerId(dcr, directory, at, collect) } }),
  };
}

function providerId(
  dcr: NonNullable<DeclaredAuth['dcr']>,
  directory: Directory,
  at: Locate,
  collect: Collect,
): string {
  const field = dcr.dcr_provider_id === undefined ? 'dcr_provider' : 'dcr_provider_id';
  const wanted = {
    kind: 'DCR provider',
    name: dcr.dcr_provider,
    id: dcr.dcr_provider_id,
    idField: 'dcr_provider_id',
    at: () => at(['auth', 'dcr', field]),
  };
  return lookUp(wanted, directory.dcrProviders, collect)?.id ?? '';
}
