import type { Auth } from '../../src/model/product.ts';

/** `auth: { key_auth: {} }` with the defaults of the server (docs/design/admin-api.md §5). */
export const KEY_AUTH: Auth = {
  key_auth: { header: 'apikey', query: 'apikey', hide_credentials: false },
};

/** A change from KEY_AUTH to this auth needs an unpublish. */
export const BASIC_AUTH: Auth = { basic_auth: { hide_credentials: false } };

export const DCR_AUTH: Auth = { dcr: { dcr_provider_id: 'dcr-1' } };
