type Load = () => Promise<{ readonly default: object }>;

/** The published schemas (contract §3) by the word that asks for them; each is loaded only then. */
export const SCHEMAS: ReadonlyMap<string, Load> = new Map<string, Load>([
  ['product-file', () => import('../../schemas/api-products.schema.json', { with: { type: 'json' } })],
  ['plan', () => import('../../schemas/plan.schema.json', { with: { type: 'json' } })],
  ['lint', () => import('../../schemas/lint-report.schema.json', { with: { type: 'json' } })],
  ['validate', () => import('../../schemas/validate-report.schema.json', { with: { type: 'json' } })],
  ['diff', () => import('../../schemas/diff-report.schema.json', { with: { type: 'json' } })],
  ['sync', () => import('../../schemas/sync-report.schema.json', { with: { type: 'json' } })],
  ['dump', () => import('../../schemas/dump-report.schema.json', { with: { type: 'json' } })],
  ['init', () => import('../../schemas/init-report.schema.json', { with: { type: 'json' } })],
  ['ping', () => import('../../schemas/ping-report.schema.json', { with: { type: 'json' } })],
  ['failure', () => import('../../schemas/failure-report.schema.json', { with: { type: 'json' } })],
]);

export const SCHEMA_NAMES: readonly string[] = [...SCHEMAS.keys()];
