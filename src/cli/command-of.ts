/**
 * The command that a command line is about: its first word, since options stand after it, or the one after `help`. It need not
 * be one that there is; undefined where no word stands there.
 */
export function commandOf([first, second]: readonly string[]): string | undefined {
  const word = first === 'help' || first === '--' ? second : first;
  return word?.startsWith('-') === true ? undefined : word;
}
