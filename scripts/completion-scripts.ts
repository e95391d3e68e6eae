import type { Argument, Command, Option } from 'commander';

/** The commands and options of the program, for completion scripts and the reference. */
export interface CommandTree {
  readonly commands: readonly CommandNode[];
  /** Options without a command. */
  readonly options: readonly OptionNode[];
}

export interface CommandNode {
  readonly name: string;
  readonly about: string;
  /** The allowed words of its argument; empty if it has none. */
  readonly choices: readonly string[];
  /** The words of its argument that may be any text; '' if it has none. */
  readonly argument: string;
  /** Whether that argument is a path. */
  readonly takesPath: boolean;
  readonly options: readonly OptionNode[];
}

export interface OptionNode {
  /** The declaration: `-f, --file <path...>`. */
  readonly flags: string;
  readonly about: string;
  /** With dashes, the short one first. */
  readonly names: readonly string[];
  readonly value: 'none' | 'choice' | 'path' | 'other';
  readonly choices: readonly string[];
  readonly repeats: boolean;
}

/** Names of arguments that are paths. */
const PATHS: ReadonlySet<string> = new Set(['file', 'folder']);

/** Reads the tree from the program. */
export function commandTree(program: Command): CommandTree {
  return {
    commands: program.commands.map((command) => ({
      name: command.name(),
      about: command.summary(),
      choices: command.registeredArguments.flatMap(choicesOf),
      argument: command.registeredArguments.find((one) => one.argChoices === undefined)?.description ?? '',
      takesPath: command.registeredArguments.some((one) => PATHS.has(one.name())),
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

/**
 * A completion script for bash 3.2 and later. It needs no other package and evaluates no typed text.
 * @param programs the names of the program.
 */
export function bashCompletion({ commands, options }: CommandTree, programs: readonly string[]): string {
  const names = commands.map(({ name }) => name);
  return `# bash completion for adc: source <(adc completion bash)
_adc_words() {
  local word
  while IFS= read -r word; do COMPREPLY+=("$word"); done < <(compgen -W "$1" -- "$2")
}

_adc_paths() {
  local path
  while IFS= read -r path; do COMPREPLY+=("$path"); done < <(compgen -f -- "$1")
  compopt -o filenames 2>/dev/null
}

_adc() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]} command= word
  COMPREPLY=()
  if [[ $cur == '=' ]]; then cur=
  elif [[ $prev == '=' ]]; then prev=\${COMP_WORDS[COMP_CWORD-2]}; fi
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case $word in ${names.join('|')}) command=$word; break ;; esac
  done
  case $command in
${commands.map(bashCase).join('\n')}
    *) _adc_words ${bashWords([...names, ...options.flatMap((option) => option.names)])} "$cur" ;;
  esac
}

complete -F _adc ${programs.join(' ')}
`;
}

function bashCase({ name, choices, takesPath, options }: CommandNode): string {
  const words = [...choices, ...options.flatMap((option) => option.names)];
  return [
    `    ${name})`,
    '      case $prev in',
    ...options.filter(({ value }) => value !== 'none').map(bashValue),
    `        *) _adc_words ${bashWords(words)} "$cur"${takesPath ? '; _adc_paths "$cur"' : ''} ;;`,
    '      esac ;;',
  ].join('\n');
}

function bashValue({ names, value, choices }: OptionNode): string {
  const reply = {
    choice: `_adc_words ${bashWords(choices)} "$cur"`,
    path: '_adc_paths "$cur"',
    other: ':',
    none: ':',
  };
  return `        ${names.join('|')}) ${reply[value]} ;;`;
}

const bashWords = (words: readonly string[]): string => `'${words.join(' ')}'`;

/**
 * A completion script for zsh, to source or to store as _adc in a folder of $fpath.
 * @param programs the names of the program.
 */
export function zshCompletion({ commands, options }: CommandTree, programs: readonly string[]): string {
  return `#compdef ${programs.join(' ')}
# zsh completion for adc: source <(adc completion zsh)
_adc() {
  local -a commands=(
${commands.map(({ name, about }) => `    ${zshQuoted(`${name}:${zshEscaped(about)}`)}`).join('\n')}
  )
  if (( CURRENT == 2 )); then
    _describe -t commands command commands
    _arguments ${options.map(zshOption).join(' ')}
    return
  fi
  local command=$words[2]
  shift words
  (( CURRENT-- ))
  case $command in
${commands.map(zshCase).join('\n')}
  esac
}

if [[ $funcstack[1] == _adc ]]; then _adc "$@"; else compdef _adc ${programs.join(' ')}; fi
`;
}

function zshCase({ name, choices, takesPath, options }: CommandNode): string {
  const argument = choices.length === 0 ? [] : [zshQuoted(`1:word:(${choices.join(' ')})`)];
  if (takesPath) argument.push(zshQuoted('*:path:_files'));
  const specs = [...argument, ...options.map(zshOption)];
  const words = ['      _arguments', ...specs].join(' \\\n        ');
  return `    ${name})\n${words} ;;`;
}

/** `'(-f --file)'{-f+,--file=}'[about]:path:_files'`; an option that may be repeated excludes nothing. */
function zshOption({ names, about, value, choices, repeats }: OptionNode): string {
  const action = {
    none: '',
    choice: `:value:(${choices.join(' ')})`,
    path: ':path:_files',
    other: ':value: ',
  }[value];
  const spelled = value === 'none' ? names : names.map(zshValue);
  const before = repeats ? zshQuoted('*') : zshQuoted(`(${names.join(' ')})`);
  const all = spelled.length === 1 ? spelled.join('') : `{${spelled.join(',')}}`;
  return `${before}${all}${zshQuoted(`[${zshEscaped(about)}]${action}`)}`;
}

/** The value is the next word, or follows directly; after a long name it follows `=`. */
const zshValue = (name: string): string => (name.startsWith('--') ? `${name}=` : `${name}+`);

function zshEscaped(text: string): string {
  return text.replaceAll(/[[\]:\\]/g, String.raw`\$&`);
}

const zshQuoted = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;

/**
 * A completion script for fish 3 and later.
 * @param programs the names that are completed.
 */
export function fishCompletion(tree: CommandTree, programs: readonly string[]): string {
  const lines = programs.flatMap((program) => fishProgram(tree, `complete -c ${program}`));
  return `# fish completion for adc: adc completion fish | source\n${lines.join('\n')}\n`;
}

function fishProgram({ commands, options }: CommandTree, complete: string): readonly string[] {
  const without = `${complete} -n __fish_use_subcommand`;
  return [
    `${complete} -f`,
    ...commands.map(({ name, about }) => `${without} -a ${name} -d ${fishQuoted(about)}`),
    ...options.map((option) => `${without} ${fishOption(option)}`),
    ...commands.flatMap((command) => fishCommand(command, complete)),
  ];
}

function fishCommand(
  { name, choices, takesPath, options }: CommandNode,
  complete: string,
): readonly string[] {
  const within = `${complete} -n ${fishQuoted(`__fish_seen_subcommand_from ${name}`)}`;
  const words = choices.length === 0 ? [] : [`${within} -a ${fishQuoted(choices.join(' '))}`];
  if (takesPath) words.push(`${within} -F`);
  return [...words, ...options.map((option) => `${within} ${fishOption(option)}`)];
}

function fishOption({ names, about, value, choices }: OptionNode): string {
  const flags = names.map((name) => (name.startsWith('--') ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`));
  const takes = { none: '', choice: ` -x -a ${fishQuoted(choices.join(' '))}`, path: ' -r -F', other: ' -x' }[
    value
  ];
  return `${flags.join(' ')}${takes} -d ${fishQuoted(about)}`;
}

const fishQuoted = (text: string): string => `'${text.replaceAll(/['\\]/g, String.raw`\$&`)}'`;
