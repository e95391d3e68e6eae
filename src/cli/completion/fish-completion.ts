import type { CommandNode, CommandTree, OptionNode } from './command-tree.ts';

/**
 * A completion script for fish 3 and later.
 * @param programs the names that are completed.
 */
export function fishCompletion(tree: CommandTree, programs: readonly string[]): string {
  const lines = programs.flatMap((program) => programLines(tree, `complete -c ${program}`));
  return `# fish completion for adc: adc completion fish | source\n${lines.join('\n')}\n`;
}

function programLines({ commands, options }: CommandTree, complete: string): readonly string[] {
  const without = `${complete} -n __fish_use_subcommand`;
  return [
    `${complete} -f`,
    ...commands.map(({ name, about }) => `${without} -a ${name} -d ${quoted(about)}`),
    ...options.map((option) => `${without} ${optionWords(option)}`),
    ...commands.flatMap((command) => commandLines(command, complete)),
  ];
}

function commandLines({ name, choices, path, options }: CommandNode, complete: string): readonly string[] {
  const within = `${complete} -n ${quoted(`__fish_seen_subcommand_from ${name}`)}`;
  const words = choices.length === 0 ? [] : [`${within} -a ${quoted(choices.join(' '))}`];
  if (path !== '') words.push(`${within} -F`);
  return [...words, ...options.map((option) => `${within} ${optionWords(option)}`)];
}

function optionWords({ names, about, value, choices }: OptionNode): string {
  const flags = names.map((name) => (name.startsWith('--') ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`));
  const takes = { none: '', choice: ` -x -a ${quoted(choices.join(' '))}`, path: ' -r -F', other: ' -x' }[
    value
  ];
  return `${flags.join(' ')}${takes} -d ${quoted(about)}`;
}

const quoted = (text: string): string => `'${text.replaceAll(/['\\]/g, String.raw`\$&`)}'`;
