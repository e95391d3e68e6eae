import { groupBy } from '../../lib/lists.ts';
import { diagnostic, type Diagnostic } from '../../model/diagnostic.ts';
import type { SourceDocument } from '../../model/document.ts';
import type { Owner } from '../../model/ownership.ts';
import { ownerOf, portalOf } from '../written-product.ts';

/**
 * Returns the owner of each document: a file has one owner, declared in any of its documents, else the owner of the
 * run (docs/design/contract.md §10).
 */
export function fileOwners(
  documents: readonly SourceDocument[],
  given: Owner,
): (document: SourceDocument) => Owner {
  const owners = new Map(
    documents.flatMap((document) => {
      const owner = ownerOf(document);
      return owner === undefined ? [] : [[document.file, owner] as const];
    }),
  );
  return ({ file }) => owners.get(file) ?? given;
}

/** Errors for files of another owner: an owner pins a pipeline to its products. */
export function ownerMismatch(documents: readonly SourceDocument[], given: Owner): readonly Diagnostic[] {
  return [...groupBy(documents, ({ file }) => file).values()].flatMap((ofFile) => {
    const [first, ...others] = ofFile.filter((document) => ownerOf(document) !== undefined);
    if (first === undefined) return [];
    const wrong = given === undefined || ownerOf(first) === given ? [] : [notOfTheRun(first, given)];
    return [
      ...wrong,
      ...others.filter((one) => ownerOf(one) !== ownerOf(first)).map((one) => two(one, first)),
    ];
  });
}

function notOfTheRun(document: SourceDocument, given: string): Diagnostic {
  return diagnostic('owner-mismatch', {
    message: `this file declares the owner "${ownerOf(document) ?? ''}", and --owner or ADC_OWNER is "${given}"`,
    hint: 'Run adc without --owner and ADC_OWNER, or leave this file out.',
    location: document.locate(['owner']),
  });
}

function two(document: SourceDocument, first: SourceDocument): Diagnostic {
  return diagnostic('owner-mismatch', {
    message: `this document declares the owner "${ownerOf(document) ?? ''}", and another document of the file "${ownerOf(first) ?? ''}"`,
    hint: 'A file has one owner: move the products of the other owner to another file.',
    location: document.locate(['owner']),
    related: [{ message: 'the other owner', location: first.locate(['owner']) }],
  });
}

/** Errors for different portals: one run works on one portal. */
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
