import { Command } from 'commander';
import { commandTree, type CommandNode, type OptionNode } from '../src/cli/completion/command-tree.ts';
import { EXAMPLES } from '../src/cli/help-examples.ts';
import { exitsOf } from '../src/cli/help-exits.ts';
import {
  addConnectionOptions,
  addConsentOptions,
  addFileOptions,
  addOutputOptions,
  addScopeOptions,
} from '../src/cli/options.ts';
import { program } from '../src/cli/program.ts';
import { nobody } from '../test/support/nobody.ts';
import { codes, made, prose } from './markdown.ts';

/** Options that several commands have, told once. */
interface Group {
  readonly title: string;
  readonly options: readonly OptionNode[];
}

const GROUPS: readonly Group[] = [
  group('File options', addFileOptions),
  group('Scope options', addScopeOptions),
  group('Consent options', addConsentOptions),
  group('Output options', addOutputOptions),
  group('Connection options', addConnectionOptions),
];

function group(title: string, add: (command: Command) => Command): Group {
  const [node] = commandTree(new Command().addCommand(add(new Command('any')))).commands;
  return { title, options: (node?.options ?? []).filter(isNotHelp) };
}

/** docs/reference/commands.md: commands and options, from the program itself. */
export function commandsPage(): string {
  const adc = program(nobody(), () => undefined);
  const told = new Map(adc.commands.map((command) => [command.name(), command.description()]));
  const { commands } = commandTree(adc);
  const text = (command: CommandNode): string => commandText(command, told.get(command.name) ?? '');
  return [HEAD, ...commands.map(text), ...GROUPS.map(groupText)].join('\n');
}

const HEAD = `# Commands

${made('src/cli/')}

A flag beats the [environment](environment.md), which beats a \`.env\` file, which beats the default. \`adc <command> --help\`
says the same.
`;

function commandText(command: CommandNode, about: string): string {
  const groups = GROUPS.filter(({ options }) => options.every((option) => has(command.options, option)));
  const told = groups.flatMap(({ options }) => options);
  const own = command.options.filter((option) => isNotHelp(option) && !has(told, option));
  const links = groups.map(
    ({ title }) => `[${title.toLowerCase()}](#${title.toLowerCase().replaceAll(' ', '-')})`,
  );
  const parts = [
    `## adc ${command.name}\n\n${prose(about)}\n`,
    ...(command.choices.length === 0 ? [] : [`The argument is one of ${codes(command.choices)}.\n`]),
    ...(command.path === '' ? [] : [`Argument: ${command.path}.\n`]),
    ...(own.length === 0 ? [] : [optionsList(own)]),
    ...(links.length === 0 ? [] : [`It also has the ${new Intl.ListFormat('en').format(links)}.\n`]),
    examplesBlock(command.name),
    exitsLine(command.name),
  ];
  return parts.filter((part) => part !== '').join('\n');
}

function exitsLine(command: string): string {
  const exits = exitsOf(command).map(([exit]) => exit);
  return `Exit codes: ${codes(exits)}; [what they mean](exit-codes.md#adc-${command}).\n`;
}

/** The same flags can mean something else in another command. */
function has(options: readonly OptionNode[], { flags, about }: OptionNode): boolean {
  return options.some((option) => option.flags === flags && option.about === about);
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
    return `- \`${flags}\`: ${[prose(about), ...more].join('; ')}\n`;
  });
  return items.join('');
}

function examplesBlock(command: string): string {
  const rows = EXAMPLES[command] ?? [];
  const lines = rows.map(([line, about]) => `${line}  # ${about}\n`);
  return lines.length === 0 ? '' : `\`\`\`sh\n${lines.join('')}\`\`\`\n`;
}
