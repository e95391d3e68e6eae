import { InvalidArgumentError } from 'commander';
import { nearest } from '../lib/nearest.ts';

/**
 * Takes one of the choices. Another word is answered with all of them and the nearest one, in the words that commander has
 * for commands and flags (acceptance R5). @throws InvalidArgumentError
 */
export function oneOf(choices: readonly string[]): (word: string) => string {
  return (word) => {
    if (choices.includes(word)) return word;
    const near = nearest(word, choices);
    const meant = near === undefined ? '' : `\n(Did you mean ${near}?)`;
    throw new InvalidArgumentError(`Allowed choices are ${choices.join(', ')}.${meant}`);
  };
}
