import { loadCommands } from '../src/cli/main.ts';
import { exitsOf, type CliCommand } from '../src/cli/define-command.ts';
import { EXIT } from '../src/cli/io.ts';
import { codes, made, prose, table } from './markdown.ts';

/** The meaning of each exit code (docs/design/contract.md §4). */
const EXIT_WORDS: Readonly<Record<keyof typeof EXIT, string>> = {
  done: 'success, or nothing to do',
  failed: 'failed, nothing changed: wrong usage, invalid files, no connection, not authorised',
  changes: 'diff --fail-on changes: there are changes',
  partly: 'sync was partly applied: a step failed or was skipped; run it again',
  refused: 'refused by a safety rule, nothing changed; diff --fail-on: another reason than changes',
  outdated: 'the saved plan is stale or was applied already, nothing changed',
  interrupted: 'interrupted by Ctrl-C; the report lists what was applied',
  terminated: 'interrupted by SIGTERM or SIGHUP; the report lists what was applied',
};

/** docs/reference/exit-codes.md: the codes, and their meaning for each command. */
export async function exitCodesPage(): Promise<string> {
  const commands = await loadCommands();
  const overview = Object.entries(EXIT_WORDS).map(([name, words]) => {
    const code = EXIT[name as keyof typeof EXIT];
    return [`\`${code}\``, prose(words), codes(commandsWith(code, commands))];
  });
  const details = commands.map((command) => {
    const rows = exitsOf(command).map(([code, words]) => [`\`${code}\``, prose(words)]);
    return `### adc ${command.name}\n\n${table(['code', 'when'], rows)}`;
  });
  return [HEAD, table(['code', 'when', 'commands'], overview), REST, ...details].join('\n');
}

function commandsWith(code: number, commands: readonly CliCommand[]): readonly string[] {
  return commands.filter((command) => exitsOf(command).some(([one]) => one === code)).map(({ name }) => name);
}

const HEAD = `# Exit codes

${made('src/cli/')}
`;

const REST = `A pipeline handles three of them: 2 is drift, 3 is a run to repeat, and 4 is a decision for a person.
\`adc diff --fail-on changes\` has the codes of \`terraform plan -detailed-exitcode\`: 0 no changes, 1 failed, 2 changes. \`kubectl diff\`
exits with 1 for changes.

## By command
`;
