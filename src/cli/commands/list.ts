import { withAdmin } from '../../api/connection.ts';
import { readWithoutDocuments, withSubscribers, type SubscribedProduct } from '../../api/portal-reads.ts';
import { countOf } from '../../model/live.ts';
import { ownershipOf } from '../../model/ownership.ts';
import { tableCsv, tableText } from '../../report/page.ts';
import { CONNECTION, connectionOf } from '../connection.ts';
import { defineReport, ONLY_READS } from '../define-command.ts';
import { EXIT } from '../io.ts';
import { TABLE_OUTPUT } from '../output.ts';
import { EACH_ENVIRONMENT } from '../project.ts';

const COLUMNS = ['name', 'id', 'type', 'status', 'visibility', 'owner', 'active', 'pending'] as const;

/** `adc list`: the live products as a table (docs/design/contract.md §12.2). */
export const list = defineReport({
  name: 'list',
  summary: 'list live products with their owners and subscriptions',
  about:
    'Lists the products of the portal with type, status, visibility, owner, and active and pending subscriptions. It only reads.',
  options: { ...TABLE_OUTPUT, ...CONNECTION, ...EACH_ENVIRONMENT },
  inEach: () => import('../each-environment.ts'),
  notInEach: ({ format }) => (format === 'csv' ? '--format csv is one table' : undefined),
  examples: [
    ['adc list --portal default', 'print a table'],
    ['adc list --format csv > products.csv', 'write a file for a spreadsheet'],
  ],
  exits: { done: 'success', failed: 'failed; the message says why', ...ONLY_READS },
  run: async (call) => {
    const { target, found } = await withAdmin(await connectionOf(call), async (admin) => ({
      target: admin.target,
      found: await withSubscribers(admin, await readWithoutDocuments(admin)),
    }));
    const products = found.map(entryOf);
    const rows = products.map((entry) =>
      COLUMNS.map((column) => entry[column] ?? (column === 'owner' ? '' : 'unknown')),
    );
    const table = { columns: COLUMNS, rows };
    const shown = rows.length === 0 ? 'No products.\n' : tableText(table);
    const text = call.options.format === 'csv' ? tableCsv(table) : shown;
    const cells = products.map(
      (one) => [one.name, `${one.status}, ${one.active ?? 'unknown'} active`] as const,
    );
    call.report.end({
      exitCode: EXIT.done,
      text,
      products: new Map(cells),
      more: { target: { ...target }, products },
    });
    return EXIT.done;
  },
});

/** An entry of the JSON report: unknown numbers and missing owners are null. */
function entryOf({ product: { id, type, fields }, subscribers }: SubscribedProduct) {
  const { name, status, visibility, labels } = fields;
  const ownership = ownershipOf(labels);
  const owner = ownership.managed ? (ownership.owner ?? null) : null;
  const { active, pending, known } = countOf(subscribers);
  const counts = known ? { active, pending } : { active: null, pending: null };
  return { name, id, type, status, visibility, owner, ...counts };
}
