import type { Auth } from '../../src/model/product.ts';

/** What the server makes of `auth: { key_auth: {} }` (docs/design/admin-api.md §5). */
export const KEY_AUTH: Auth = {
  key_auth: { header: 'apikey', query: 'apikey', hide_credentials: false },
};

/** Another auth: changing to it needs an unpublish. */
export const BASIC_AUTH: Auth = { basic_auth: { hide_credentials: false } };

export const DCR_AUTH: Auth = { dcr: { dcr_provider_id: 'dcr-1' } };
