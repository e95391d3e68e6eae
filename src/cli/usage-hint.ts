import type { CommanderError } from 'commander';
import type { CliCommand } from './define-command.ts';
import { FILES } from './files.ts';
import { commandOf } from './io.ts';

/** The words after `adc`, and the command that they name, if there is one. */
export interface CommandLine {
  readonly argv: readonly string[];
  readonly command: CliCommand | undefined;
}

/**
 * What somebody most likely wanted who used a word of another tool, or put a word in another place (acceptance R5);
 * undefined where nothing is likely. Misspelled words are commander's matter, which names the nearest one itself.
 */
export function usageHint(
  { code, message }: CommanderError,
  { argv, command: named }: CommandLine,
): string | undefined {
  if (message.includes('Did you mean')) return undefined;
  const command = commandOf(argv);
  if (command === 'version') return '`adc --version` prints the version.';
  if (code === 'commander.unknownCommand' && command === 'convert') return FOR_THE_OTHER_ADC;
  if (code === 'commander.unknownCommand') return commandHint(OTHER_WORDS.get(command ?? ''));
  if (code === 'commander.unknownOption') return optionHint(message, command);
  if (code === 'commander.excessArguments' && named?.options['file'] === FILES.file)
    return 'Name files and directories with -f, for example: adc diff -f products/';
  return undefined;
}

function optionHint(message: string, command: string | undefined): string {
  const [, option = ''] = /'-{1,2}([^'=]*)/.exec(message) ?? [];
  const other = OTHER_OPTIONS.get(option);
  if (other !== undefined) return other;
  return command === undefined
    ? 'Options stand after the command: adc diff --portal default.'
    : `\`adc ${command} --help\` lists the options.`;
}

function commandHint(command: string | undefined): string {
  return command === undefined
    ? '`adc --help` lists the commands.'
    : `The command of adc is \`adc ${command}\`.`;
}

/** How other tools that make something equal to files call what a command of adc does. */
const OTHER_WORDS: ReadonlyMap<string, string> = new Map([
  ['apply', 'sync'],
  ['deploy', 'sync'],
  ['push', 'sync'],
  ['up', 'sync'],
  ['plan', 'diff'],
  ['preview', 'diff'],
  ['status', 'diff --exit-code'],
  ['get', 'dump'],
  ['export', 'dump'],
  ['pull', 'dump'],
  ['import', 'init --from-portal'],
  ['check', 'lint'],
  ['serve', 'dev'],
]);

/** Both commands are called adc, so that the one is taken for the other. */
const FOR_THE_OTHER_ADC = "That is for API7's ADC; this adc manages API products.";

const optionOfAdc = (option: string): string => `The option of adc is \`${option}\`.`;

/** How other tools call what an option of adc does, without the dashes, of which Terraform has one. */
const OTHER_OPTIONS: ReadonlyMap<string, string> = new Map([
  ['dry-run', '`adc diff` shows what a sync would do.'],
  ['auto-approve', optionOfAdc('adc sync --yes')],
  ['detailed-exitcode', optionOfAdc('adc diff --exit-code')],
  ['select-tag', optionOfAdc('--label-selector')],
  ['selector', optionOfAdc('--label-selector')],
  ['l', optionOfAdc('--label-selector')],
  ['k', optionOfAdc('--tls-skip-verify')],
  ['insecure', optionOfAdc('--tls-skip-verify')],
  ['insecure-skip-tls-verify', optionOfAdc('--tls-skip-verify')],
  ['backend', FOR_THE_OTHER_ADC],
  ['gateway-group', FOR_THE_OTHER_ADC],
  ['include-resource-type', FOR_THE_OTHER_ADC],
  ['exclude-resource-type', FOR_THE_OTHER_ADC],
  ['no-lint', FOR_THE_OTHER_ADC],
  ['lint', FOR_THE_OTHER_ADC],
  ['listen', FOR_THE_OTHER_ADC],
  ['listen-status', FOR_THE_OTHER_ADC],
  ['remote-state-file', FOR_THE_OTHER_ADC],
]);
