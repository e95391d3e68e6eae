import { listed } from '../lib/listed.ts';
import type { Place, PlannedService } from '../model/gateway-file.ts';
import type { Note, Plan } from '../model/plan.ts';
import { plural, type Mark } from './words.ts';

/**
 * What a reader of a plan should know beside its steps, a line each.
 * @param all where all names are, if a line has no room for them; undefined where it has.
 */
export function noteLines(
  { notes, kept, outOfScope, part, held, planned }: Plan,
  mark: Mark,
  all: string | undefined,
): readonly string[] {
  return [
    ...planned.map((one) => `Planned service ${plannedWords(one, mark)}.`),
    ...notes.map((note) => noteWords(note, mark)),
    ...(kept.length === 0
      ? []
      : [
          `Undeclared, kept because of ${mark.command(part.length === 0 ? '--no-delete' : '--product')}: ${listed(kept.map(mark.name), all)}`,
        ]),
    ...(part.length === 0
      ? []
      : [
          `Partial run (${mark.command('--product')}): ${listed(part.map(mark.name), all)}. adc changes nothing else and deletes no undeclared product.`,
        ]),
    ...held.map(
      ({ product, until, reason }) =>
        `On hold until ${until}${reason === undefined ? '' : ` (${mark.command(reason)})`}: adc does not change ${mark.name(product)}.`,
    ),
    ...(outOfScope.length === 0
      ? []
      : [`Outside the label selector: ${plural(outOfScope.length, 'declared product')}`]),
  ];
}

/** `default/invoices: declared in gateway/adc.yaml:12, not on the gateway yet; linked in products.yaml:9` */
export function plannedWords({ service, declared, linked }: PlannedService, { command }: Mark): string {
  const at = ({ file, line }: Place): string => command(`${file}:${line}`);
  return `${command(service)}: declared in ${at(declared)}, not on the gateway yet; linked in ${at(linked)}`;
}

function noteWords(note: Note, mark: Mark): string {
  if (note.code === 'external-labels-not-kept') {
    return 'This server keeps no labels on external products: adc cannot tell its own from others, so it deletes no undeclared one.';
  }
  const name = mark.name(note.product);
  return `${name} has no service for a moment while it is published. If the server refuses that, nothing changes: link one more service for the time being, or make the product a draft first.`;
}
