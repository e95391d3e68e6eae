/** Keys of a product that the server owns: never written, and free to come and go (docs/design/admin-api.md §15.36). */
export const READ_ONLY_KEYS: ReadonlySet<string> = new Set([
  'id',
  'created_at',
  'updated_at',
  'api_count',
  'raw_openapis',
  'subscription_status',
  'tags',
  'api_desc',
  'portal_id',
]);
