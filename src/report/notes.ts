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
  const isPartOfFiles = notes.some(({ code }) => code === 'part-of-files');
  const because = part.length > 0 ? '--product' : isPartOfFiles ? '-f' : '--no-delete';
  return [
    ...notes.map((note) => noteWords(note, mark)),
    ...(kept.length === 0
      ? []
      : [`Undeclared, kept because of ${mark.command(because)}: ${listed(kept.map(mark.name), all)}`]),
    ...(part.length === 0
      ? []
      : [
          `Partial run (${mark.command('--product')}): ${listed(part.map(mark.name), all)}. adc changes nothing else and deletes no undeclared product.`,
        ]),
    ...held.map(
      ({ product, until, reason }) =>
        `On hold until ${until}${reason === undefined ? '' : ` (${printable(reason)})`}: adc does not change ${mark.name(product)}.`,
    ),
    ...(outOfScope.length === 0
      ? []
      : [`Outside the label selector: ${plural(outOfScope.length, 'declared product')}`]),
  ];
}

function noteWords(note: Note, mark: Mark): string {
  if (note.code === 'external-labels-not-kept') {
    return 'This server keeps no labels on external products: adc cannot tell its own from others, so it deletes no undeclared one.';
  }
  if (note.code === 'part-of-files') {
    return `Partial run (${mark.command('-f')}): adc deletes no undeclared product. Without ${mark.command('-f')}, it reads all files of the config.`;
  }
  const name = mark.name(note.product);
  return `${name} has no service for a moment while it is published. If the server refuses that, nothing changes: link one more service for the time being, or make the product a draft first.`;
}
