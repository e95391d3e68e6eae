import type { Argument, Command, Option } from 'commander';

/** What the command line understands, as completion scripts and the reference need it. */
export interface CommandTree {
  readonly commands: readonly CommandNode[];
  /** Options without a command. */
  readonly options: readonly OptionNode[];
}

export interface CommandNode {
  readonly name: string;
  readonly about: string;
  /** The words that its argument may be; empty if it has none. */
  readonly choices: readonly string[];
  /** The words of its argument that is a path; '' if it has none. */
  readonly path: string;
  readonly options: readonly OptionNode[];
}

export interface OptionNode {
  /** As it is declared: `-f, --file <path...>`. */
  readonly flags: string;
  readonly about: string;
  /** With dashes, the short one first. */
  readonly names: readonly string[];
  readonly value: 'none' | 'choice' | 'path' | 'other';
  readonly choices: readonly string[];
  readonly repeats: boolean;
}

/** Reads the tree off the program itself, so that nothing about it is written down twice. */
export function commandTree(program: Command): CommandTree {
  return {
    commands: program.commands.map((command) => ({
      name: command.name(),
      about: command.summary(),
      choices: command.registeredArguments.flatMap(choicesOf),
      path: command.registeredArguments.find((one) => one.argChoices === undefined)?.description ?? '',
      options: visibleOptions(command),
    })),
    options: visibleOptions(program),
  };
}

function visibleOptions(command: Command): readonly OptionNode[] {
  return command.createHelp().visibleOptions(command).map(optionNode);
}

export function optionNode(option: Option): OptionNode {
  return {
    flags: option.flags,
    about: option.description,
    names: [option.short, option.long].filter((name) => typeof name === 'string'),
    value: valueOf(option),
    choices: choicesOf(option),
    repeats: option.variadic,
  };
}

function valueOf(option: Option): OptionNode['value'] {
  if (!option.required && !option.optional) return 'none';
  if (option.argChoices !== undefined) return 'choice';
  return /<path/.test(option.flags) ? 'path' : 'other';
}

function choicesOf({ argChoices }: Argument | Option): readonly string[] {
  return argChoices ?? [];
}
