import { commandTree, optionNode, type CommandNode, type OptionNode } from './completion-scripts.ts';
import { CONNECTION } from '../src/cli/connection.ts';
import { CONSENT, SCOPE } from '../src/cli/scope.ts';
import { exitsOf, type CliCommand } from '../src/cli/define-command.ts';
import { FILES } from '../src/cli/project.ts';
import { commanderOption, type OptionSpecs } from '../src/cli/options.ts';
import { OUTPUT } from '../src/cli/output.ts';
import { loadCommands, program } from '../src/cli/main.ts';
import { silentIo } from './silent-io.ts';
import { codes, made, prose } from './markdown.ts';

/** Options that several commands have; the page lists them once. */
interface Group {
  readonly title: string;
  readonly options: readonly OptionNode[];
}

const GROUPS: readonly Group[] = [
  group('File options', FILES),
  group('Scope options', SCOPE),
  group('Consent options', CONSENT),
  group('Output options', OUTPUT),
  group('Connection options', CONNECTION),
];

function group(title: string, specs: OptionSpecs): Group {
  return { title, options: Object.values(specs).map((spec) => optionNode(commanderOption(spec))) };
}

/** docs/reference/commands.md: commands and options, from the definitions of the commands. */
export async function commandsPage(): Promise<string> {
  const definitions = await loadCommands();
  const { commands } = commandTree(program(definitions, silentIo(), () => undefined));
  const texts = definitions.map((definition) => {
    const node = commands.find(({ name }) => name === definition.name);
    return node === undefined ? '' : commandText(node, definition);
  });
  return [HEAD, ...texts, ...GROUPS.map(groupText)].join('\n');
}

const HEAD = `# Commands

${made('src/cli/')}

A flag overrides the [environment](environment.md), which overrides a \`.env\` file, which overrides the default. \`adc <command> --help\`
has the same text.
`;

function commandText(command: CommandNode, definition: CliCommand): string {
  const groups = GROUPS.filter(({ options }) => options.every((option) => has(command.options, option)));
  const listed = groups.flatMap(({ options }) => options);
  const own = command.options.filter((option) => isNotHelp(option) && !has(listed, option));
  const links = groups.map(
    ({ title }) => `[${title.toLowerCase()}](#${title.toLowerCase().replaceAll(' ', '-')})`,
  );
  const parts = [
    `## adc ${command.name}\n\n${prose(definition.about)}\n`,
    ...(command.choices.length === 0 ? [] : [`The argument is one of ${codes(command.choices)}.\n`]),
    ...(command.argument === '' ? [] : [`Argument: ${command.argument}.\n`]),
    ...(own.length === 0 ? [] : [optionsList(own)]),
    ...(links.length === 0 ? [] : [`Other options: ${new Intl.ListFormat('en').format(links)}.\n`]),
    examplesBlock(definition),
    exitsLine(definition),
  ];
  return parts.filter((part) => part !== '').join('\n');
}

function exitsLine(command: CliCommand): string {
  const exits = exitsOf(command).map(([exit]) => exit);
  return `Exit codes: ${codes(exits)}; [what they mean](exit-codes.md#adc-${command.name}).\n`;
}

/** Compares flags and text: equal flags can have another meaning in another command. */
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
  const items = options.map(({ flags, about, repeats }) => {
    const more = repeats ? ['may be repeated'] : [];
    return `- \`${flags}\`: ${[prose(about), ...more].join('; ')}\n`;
  });
  return items.join('');
}

function examplesBlock({ examples }: CliCommand): string {
  return examples.map(([line, about]) => `- \`${line}\`: ${prose(about)}\n`).join('');
}
