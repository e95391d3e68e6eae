import { EXIT } from '../src/cli/exit-codes.ts';
import { EXIT_WORDS, EXITS, exitsOf } from '../src/cli/help-exits.ts';
import { codes, made, prose, table } from './markdown.ts';

/** docs/reference/exit-codes.md: the codes, and what each of them means for each command. */
export function exitCodesPage(): string {
  const overview = Object.entries(EXIT_WORDS).map(([name, words]) => {
    const code = EXIT[name as keyof typeof EXIT];
    return [`\`${code}\``, prose(words), codes(commandsWith(code))];
  });
  const details = Object.keys(EXITS).map((command) => {
    const rows = exitsOf(command).map(([code, words]) => [`\`${code}\``, prose(words)]);
    return `### adc ${command}\n\n${table(['code', 'when'], rows)}`;
  });
  return [HEAD, table(['code', 'when', 'commands'], overview), REST, ...details].join('\n');
}

function commandsWith(code: number): readonly string[] {
  return Object.keys(EXITS).filter((command) => exitsOf(command).some(([one]) => one === code));
}

const HEAD = `# Exit codes

${made('src/cli/')}
`;

const REST = `A pipeline needs to know three of them by heart: 2 is drift, 3 is a run to be repeated, 4 is a question for a human being.
\`adc diff --exit-code\` is \`terraform plan -detailed-exitcode\`: 0 nothing to do, 1 failed, 2 changes. \`kubectl diff\` says 1 where
there are changes, so take care when a script moves from the one to the other.

## By command
`;
