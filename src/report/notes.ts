import { listed } from '../lib/listed.ts';
import { printable } from '../lib/printable.ts';
import type { Note, Plan } from '../model/plan.ts';
import { plural, type Mark } from './words.ts';

/**
 * What a reader of a plan should know beside its steps, a line each.
 * @param all where all names are, if a line has no room for them; undefined where it has.
 */
export function noteLines(
  { notes, kept, outOfScope, part, held }: Plan,
  mark: Mark,
  all: string | undefined,
): readonly string[] {
  return [
    ...notes.map((note) => noteWords(note, mark)),
    ...(kept.length === 0
      ? []
      : [
          `Undeclared and kept, because of ${mark.command(part.length === 0 ? '--no-delete' : '--product')}: ${listed(kept.map(mark.name), all)}`,
        ]),
    ...(part.length === 0
      ? []
      : [
          `A part run: only ${listed(part.map(mark.name), all)}; nothing else changes, and no undeclared product is deleted.`,
        ]),
    ...held.map(
      ({ product, until, reason }) =>
        `On hold until ${until}${reason === undefined ? '' : ` (${printable(reason)})`}: ${mark.name(product)} stays as it is live.`,
    ),
    ...(outOfScope.length === 0
      ? []
      : [`Out of scope of the label selector: ${plural(outOfScope.length, 'declared product')}`]),
  ];
}

function noteWords(note: Note, mark: Mark): string {
  if (note.code === 'external-labels-not-kept') {
    return 'This server keeps no labels on external products: they are never deleted for being absent.';
  }
  const name = mark.name(note.product);
  return `${name} has no service for a moment while it is published. A server that refuses that changes nothing: then link a service more for the time being, or make the product a draft first.`;
}
