import { defineCommand } from '../define-command.ts';
import { EXIT } from '../io.ts';
import { choiceArgument } from '../options.ts';

type Load = () => Promise<{ readonly default: object }>;

/** The published schemas (docs/design/contract.md §3) by the argument of `adc schema`; each is loaded on request. */
export const SCHEMAS: ReadonlyMap<string, Load> = new Map<string, Load>([
  ['product-file', () => import('../../../schemas/api-products.schema.json', { with: { type: 'json' } })],
  ['config', () => import('../../../schemas/config.schema.json', { with: { type: 'json' } })],
  ['plan', () => import('../../../schemas/plan.schema.json', { with: { type: 'json' } })],
  ['record', () => import('../../../schemas/record.schema.json', { with: { type: 'json' } })],
  ['lint', () => import('../../../schemas/lint-report.schema.json', { with: { type: 'json' } })],
  ['validate', () => import('../../../schemas/validate-report.schema.json', { with: { type: 'json' } })],
  ['diff', () => import('../../../schemas/diff-report.schema.json', { with: { type: 'json' } })],
  [
    'check-openapi',
    () => import('../../../schemas/check-openapi-report.schema.json', { with: { type: 'json' } }),
  ],
  ['render', () => import('../../../schemas/render-report.schema.json', { with: { type: 'json' } })],
  ['sync', () => import('../../../schemas/sync-report.schema.json', { with: { type: 'json' } })],
  ['undo', () => import('../../../schemas/undo-report.schema.json', { with: { type: 'json' } })],
  ['restore', () => import('../../../schemas/restore-report.schema.json', { with: { type: 'json' } })],
  ['dump', () => import('../../../schemas/dump-report.schema.json', { with: { type: 'json' } })],
  ['list', () => import('../../../schemas/list-report.schema.json', { with: { type: 'json' } })],
  [
    'subscribers',
    () => import('../../../schemas/subscribers-report.schema.json', { with: { type: 'json' } }),
  ],
  [
    'environments',
    () => import('../../../schemas/environments-report.schema.json', { with: { type: 'json' } }),
  ],
  ['init', () => import('../../../schemas/init-report.schema.json', { with: { type: 'json' } })],
  ['ping', () => import('../../../schemas/ping-report.schema.json', { with: { type: 'json' } })],
  ['failure', () => import('../../../schemas/failure-report.schema.json', { with: { type: 'json' } })],
  ['seed', () => import('../../../schemas/seed.schema.json', { with: { type: 'json' } })],
]);

/** `adc schema`: prints the JSON Schema of product files, plans, records or reports (docs/design/contract.md §3). */
export const schema = defineCommand({
  name: 'schema',
  summary: 'print the JSON Schema of product files, the config, plans or reports',
  about:
    'Prints the JSON Schema of product files, of the config, of seeds of adc dev, of saved plans, of a line of a record, or of the report that a command prints with --format json.',
  arguments: [choiceArgument('[what]', 'schema to print (default: product-file)', [...SCHEMAS.keys()])],
  options: {},
  examples: [
    ['adc schema > api-products.schema.json', 'save the schema for an editor'],
    ['adc schema diff', 'print the schema of diff reports'],
  ],
  exits: { done: 'success', failed: 'no such schema' },
  run: async ({ args, io }) => {
    const document = await SCHEMAS.get(args[0] ?? 'product-file')?.();
    io.out(`${JSON.stringify(document?.default, null, 2)}\n`);
    return EXIT.done;
  },
});
