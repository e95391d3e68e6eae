import { HELP } from '../generated/help.ts';
import { VERSION } from '../generated/version.ts';

const ANSWERS: ReadonlyMap<string, string> = new Map([
  ['-V', `${VERSION}\n`],
  ['-v', `${VERSION}\n`],
  ['--version', `${VERSION}\n`],
  ['-h', HELP],
  ['--help', HELP],
]);

/**
 * What the program answers to arguments that ask for a text which is known since it was built: the same as main() would
 * say, without loading what reads a command line. Undefined for all other arguments.
 */
export function quickAnswer([only, ...more]: readonly string[]): string | undefined {
  return only === undefined || more.length > 0 ? undefined : ANSWERS.get(only);
}
