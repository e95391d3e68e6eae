import { Argument } from 'commander';
import { withAdmin } from '../../api/connection.ts';
import { readWithoutDocuments, withSubscribers, type SubscribedProduct } from '../../api/portal-reads.ts';
import { nearest } from '../../lib/nearest.ts';
import { listed } from '../../lib/printable.ts';
import { OperationalError, UsageError } from '../../model/errors.ts';
import type { CompactProduct, Subscriber } from '../../model/live.ts';
import { tableCsv, tableText } from '../../report/page.ts';
import { PLAIN } from '../../report/words.ts';
import { CONNECTION, connectionOf } from '../connection.ts';
import { defineReport, ONLY_READS } from '../define-command.ts';
import { EXIT } from '../io.ts';
import { TABLE_OUTPUT } from '../output.ts';

const COLUMNS = ['product', 'developer', 'application', 'status'] as const;

/** `adc subscribers`: prints the subscribers of products as a table (docs/design/contract.md §12.2). */
export const subscribers = defineReport({
  name: 'subscribers',
  summary: 'list the subscribers of products',
  about:
    'Lists the developers and applications that subscribe to products, or wait for approval. It only reads. Names are personal data: keep the output out of public logs.',
  arguments: [new Argument('[product...]', 'names or ids of products (default: all products)')],
  options: { ...TABLE_OUTPUT, ...CONNECTION },
  examples: [
    ["adc subscribers 'Payments API'", 'print those of one product'],
    ['adc subscribers --format csv > subscribers.csv', 'write a file for a spreadsheet'],
  ],
  exits: {
    done: 'success',
    failed: 'failed, or the subscribers are unknown; the message says why',
    ...ONLY_READS,
  },
  run: async (call) => {
    const { target, found } = await withAdmin(await connectionOf(call), async (admin) => ({
      target: admin.target,
      found: await withSubscribers(
        admin,
        chosen(await readWithoutDocuments(admin, { mayUseRows: true }), call.args),
      ),
    }));
    const products = withKnownSubscribers(found).map(({ product: { id, fields }, subscribers: all }) => ({
      name: fields.name,
      id,
      subscribers: all.map((one) => ({ ...one })),
    }));
    const rows = products.flatMap(({ name, subscribers: all }) =>
      all.map(({ developer, application, status }) => [name, developer, application, status]),
    );
    const table = { columns: COLUMNS, rows };
    const shown = rows.length === 0 ? 'No subscribers.\n' : tableText(table);
    const text = call.options.format === 'csv' ? tableCsv(table) : shown;
    call.report.end({ exitCode: EXIT.done, text, more: { target: { ...target }, products } });
    return EXIT.done;
  },
});

/** The products with the given names or ids; all products without any. @throws UsageError for an unknown name. */
function chosen(products: readonly CompactProduct[], words: readonly string[]): readonly CompactProduct[] {
  if (words.length === 0) return products;
  const isNamed = ({ id, fields }: CompactProduct, word: string): boolean =>
    id === word || fields.name === word;
  const missing = words.find((word) => !products.some((product) => isNamed(product, word)));
  if (missing === undefined)
    return products.filter((product) => words.some((word) => isNamed(product, word)));
  const near = nearest(
    missing,
    products.map(({ fields }) => fields.name),
  );
  throw new UsageError(`the portal has no product ${PLAIN.name(missing)}`, {
    hint: near === undefined ? 'adc list prints all products.' : `Did you mean ${PLAIN.name(near)}?`,
  });
}

type KnownProduct = SubscribedProduct & { readonly subscribers: readonly Subscriber[] };

/** @throws OperationalError if the subscribers of a product are unknown: a table without them would look complete. */
function withKnownSubscribers(found: readonly SubscribedProduct[]): readonly KnownProduct[] {
  const all = found.flatMap(({ product, subscribers: some }) =>
    some === undefined ? [] : [{ product, subscribers: some }],
  );
  if (all.length === found.length) return all;
  const names = found.flatMap(({ product, subscribers: some }) =>
    some === undefined ? [PLAIN.name(product.fields.name)] : [],
  );
  throw new OperationalError(
    `the server has no reliable list of the subscriptions of ${listed(names, 'adc list shows all of them')}`,
    {
      hint: 'Use a token that may read subscriptions, or look them up in the dashboard.',
    },
  );
}
