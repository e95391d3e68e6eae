import type { Note, Plan } from '../model/plan.ts';
import { plural, type Mark } from './words.ts';

/**
 * What a reader of a plan should know beside its steps, a line each.
 * @param most how many names a line may have; the others are counted.
 */
export function noteLines({ notes, kept, outOfScope }: Plan, mark: Mark, most: number): readonly string[] {
  return [
    ...notes.map((note) => noteWords(note, mark)),
    ...(kept.length === 0
      ? []
      : [`Kept because of ${mark.command('--no-delete')}: ${namesText(kept, mark, most)}`]),
    ...(outOfScope.length === 0
      ? []
      : [`Out of scope of the label selector: ${plural(outOfScope.length, 'declared product')}`]),
  ];
}

function noteWords(note: Note, mark: Mark): string {
  if (note === 'external-labels-not-kept') {
    return 'This server keeps no labels on external products: they are never deleted for being absent.';
  }
  const name = mark.name(note.slice('no-service-meanwhile:'.length));
  return `${name} has no service for a moment while it is published. A server that refuses that changes nothing: then link a service more for the time being, or make the product a draft first.`;
}

/** Names in one line; what is beyond `most` is counted. */
export function namesText(names: readonly string[], mark: Mark, most: number): string {
  const shown = names.slice(0, most).map(mark.name).join(', ');
  return names.length > most ? `${shown} and ${names.length - most} more` : shown;
}
