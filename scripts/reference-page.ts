import { Command } from 'commander';
import { commandTree, type CommandNode, type OptionNode } from '../src/cli/completion/command-tree.ts';
import { EXIT } from '../src/cli/exit-codes.ts';
import { EXAMPLES } from '../src/cli/help-examples.ts';
import { addConsentOptions, addNetworkOptions, addScopeOptions } from '../src/cli/options.ts';
import { program } from '../src/cli/program.ts';

/** Options that several commands have, told once. */
interface Group {
  readonly title: string;
  readonly options: readonly OptionNode[];
}

const GROUPS: readonly Group[] = [
  group('Connection options', addNetworkOptions),
  group('Scope options', addScopeOptions),
  group('Consent options', addConsentOptions),
];

function group(title: string, add: (command: Command) => Command): Group {
  const [node] = commandTree(new Command().addCommand(add(new Command('any')))).commands;
  return { title, options: (node?.options ?? []).filter(isNotHelp) };
}

/** docs/reference.md: commands, options, environment variables and exit codes, from the program itself. */
export function referencePage(): string {
  const { commands } = commandTree(program(NOBODY, () => undefined));
  return [
    HEAD,
    '## Commands\n',
    ...commands.map(commandText),
    ...GROUPS.map(groupText),
    variablesText(commands),
    exitCodesText(),
  ].join('\n');
}

/** The tree is read, nothing is run. */
const NOBODY: Parameters<typeof program>[0] = {
  env: {},
  cwd: '.',
  out: () => undefined,
  err: () => undefined,
  readStdin: () => Promise.resolve(new Uint8Array()),
  colour: false,
  interactive: false,
  confirm: () => Promise.resolve(false),
  signal: new AbortController().signal,
  now: () => 0,
};

const HEAD = `# Reference

<!-- Made by \`npm run docs\` from src/cli/. Do not edit. -->

A flag beats the environment, which beats a \`.env\` file, which beats the default. \`adc <command> --help\` says the same.
`;

function commandText(command: CommandNode): string {
  const groups = GROUPS.filter(({ options }) => options.every((option) => has(command, option)));
  const told = groups.flatMap(({ options }) => options);
  const own = command.options.filter(
    (option) => isNotHelp(option) && !told.some(({ flags }) => flags === option.flags),
  );
  const links = groups.map(
    ({ title }) => `[${title.toLowerCase()}](#${title.toLowerCase().replaceAll(' ', '-')})`,
  );
  const parts = [
    `### adc ${command.name}\n\n${sentence(command.about)}\n`,
    ...(command.choices.length === 0 ? [] : [`The argument is one of ${codes(command.choices)}.\n`]),
    ...(own.length === 0 ? [] : [optionsList(own)]),
    ...(links.length === 0 ? [] : [`It also has the ${new Intl.ListFormat('en').format(links)}.\n`]),
    examplesBlock(command.name),
  ];
  return parts.filter((part) => part !== '').join('\n');
}

function has({ options }: CommandNode, { flags }: OptionNode): boolean {
  return options.some((option) => option.flags === flags);
}

function isNotHelp({ names }: OptionNode): boolean {
  return !names.includes('--help');
}

function groupText({ title, options }: Group): string {
  return `## ${title}\n\n${optionsList(options)}`;
}

function optionsList(options: readonly OptionNode[]): string {
  const items = options.map(({ flags, about, choices, repeats }) => {
    const more = [
      ...(choices.length === 0 ? [] : [`one of ${codes(choices)}`]),
      ...(repeats ? ['may be repeated'] : []),
    ];
    return `- \`${flags}\`: ${[escaped(about), ...more].join('; ')}\n`;
  });
  return items.join('');
}

function examplesBlock(command: string): string {
  const rows = EXAMPLES[command] ?? [];
  const lines = rows.map(([line, about]) => `${line}  # ${about}\n`);
  return lines.length === 0 ? '' : `\`\`\`sh\n${lines.join('')}\`\`\`\n`;
}

/** Every variable that an option's own words name, and those that no option stands for. */
function variablesText(commands: readonly CommandNode[]): string {
  const options = commands.flatMap((command) => command.options);
  const named = options.flatMap(({ about, names }) =>
    [...about.matchAll(/\b(?:ADC_[A-Z_]+|NO_COLOR)\b/g)].map(([name]) => [name, names.at(-1) ?? ''] as const),
  );
  const rows = [...new Map(named)].map(([name, option]) => `- \`${name}\`: as \`${option}\`\n`);
  return `## Environment variables\n\n${rows.join('')}${OTHER_VARIABLES}`;
}

const OTHER_VARIABLES = `- \`HTTPS_PROXY\`, \`HTTP_PROXY\`, \`NO_PROXY\`: the proxy, and the hosts that are reached without it
- \`CI\`: if it is set, \`.env\` is not read unless \`--env-file\` names it

Booleans mean what they say: \`false\`, \`0\` and empty are false. A \`.env\` file in the working directory may set \`ADC_*\`
alone; it can not switch off TLS verification, and it can not choose the server for a token that came from elsewhere.
`;

const EXIT_WORDS: Readonly<Record<keyof typeof EXIT, string>> = {
  done: 'done, or nothing to do; `diff` with changes too, unless `--exit-code` is given',
  failed: 'failed, and nothing was changed: wrong usage, mistakes in files, no connection, not authorised',
  changes: '`diff --exit-code`: there are changes',
  partly: '`sync` changed something, and something failed or was skipped',
  refused: 'refused by a safety rule; nothing was changed',
  outdated: 'the saved plan no longer fits the portal, the target or this program; nothing was changed',
  interrupted: 'interrupted by Ctrl-C; what was done and what was not is said',
  terminated: 'interrupted by SIGTERM; what was done and what was not is said',
};

function exitCodesText(): string {
  const rows = Object.entries(EXIT_WORDS).map(
    ([name, words]) => `- ${EXIT[name as keyof typeof EXIT]}: ${words}\n`,
  );
  return `## Exit codes\n\n${rows.join('')}`;
}

const codes = (words: readonly string[]): string => words.map((word) => `\`${word}\``).join(', ');

const escaped = (text: string): string => text.replaceAll(/[*<]/g, String.raw`\$&`);

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
