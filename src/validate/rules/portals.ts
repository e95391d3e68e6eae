import type { Diagnostic } from '../../model/diagnostic.ts';
import { diagnostic } from '../../model/diagnostic-codes.ts';
import type { SourceDocument } from '../../model/document.ts';
import { portalOf } from '../written-product.ts';

/** One run works on one portal, so all documents that name one name the same. */
export function severalPortals(documents: readonly SourceDocument[]): readonly Diagnostic[] {
  const [first, ...others] = documents.flatMap((document) => portalOf(document) ?? []);
  return others
    .filter(({ name }) => name !== first?.name)
    .map(({ name, at }) =>
      diagnostic('several-portals', {
        message: `the portal "${name}" differs from the portal "${first?.name}" of another document`,
        hint: 'Run adc once for each portal, with the files of that portal.',
        location: at(),
        related: first === undefined ? [] : [{ message: `"${first.name}" is here`, location: first.at() }],
      }),
    );
}
