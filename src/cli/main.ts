import { HiddenTexts } from '../lib/hidden-texts.ts';
import { COMMAND_NAMES, loadCommand, loadCommands } from './commands.ts';
import type { CliCommand } from './define-command.ts';
import { failure } from './failure.ts';
import { commandOf, FORMATS, ioWith, type Format, type Io } from './io.ts';
import { program } from './program.ts';

/**
 * The program: arguments without `node` and the script's name in, exit code out (contract §4). Never throws, and never
 * touches the process itself.
 */
export async function main(argv: readonly string[], process: Io): Promise<number> {
  let exitCode = 0;
  const words = argv.map(asVersion).flatMap(apart);
  const hidden = new HiddenTexts();
  // Already what is said of a command line that is not understood, or of files by lint, must not hold them.
  const tokens = [process.env['ADC_TOKEN'], ...words.filter((_, index) => words[index - 1] === '--token')];
  for (const token of tokens) hidden.add(token ?? '');
  const format = formatOf(words);
  const io = ioWith(process, { hidden, format, run: main, err: (text) => process.err(hidden.hide(text)) });
  const commands = await commandsFor(words);
  const adc = program(commands, io, (code) => (exitCode = code));
  try {
    await adc.parseAsync(asked(words), { from: 'user' });
    return exitCode;
  } catch (error) {
    const command = commands.find(({ name }) => name === commandOf(words));
    return failure(error, { argv: words, command }, io);
  }
}

/** The command that is named; all of them where their summaries or options are printed; none for an unknown name. */
async function commandsFor(words: readonly string[]): Promise<readonly CliCommand[]> {
  const name = commandOf(words);
  if (name === undefined || name === 'completion') return loadCommands();
  const command = await loadCommand(name);
  return command === undefined ? [] : [command];
}

/** The format that is asked for, also where the command line is wrong. */
function formatOf(words: readonly string[]): Format {
  const last = words.findLast((word, index) => words[index - 1] === '--format' && isFormat(word));
  return FORMATS.find((format) => format === last) ?? 'text';
}

function isFormat(word: string): boolean {
  return FORMATS.some((format) => format === word);
}

/** Help on an unknown command would be help on all of them: its name alone is reported as unknown (acceptance R5). */
function asked(words: readonly string[]): readonly string[] {
  const name = commandOf(words);
  return name === undefined || name === 'help' || COMMAND_NAMES.includes(name) ? words : [name];
}

/** `-v` alone is `-V`. */
function asVersion(word: string, _: number, { length }: readonly string[]): string {
  return word === '-v' && length === 1 ? '-V' : word;
}

/** `--flag=value` as two words: what is wrong with a flag is then said of the flag alone, and never shows its value (S1). */
function apart(word: string): readonly string[] {
  const [, flag, value] = /^(--[A-Za-z][\w-]*)=(.*)$/s.exec(word) ?? [];
  return flag === undefined || value === undefined ? [word] : [flag, value];
}
