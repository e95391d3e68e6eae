import type { CommandNode, CommandTree, OptionNode } from './command-tree.ts';

/**
 * A completion script for zsh, to be sourced or to be put as _adc into a folder of $fpath.
 * @param programs the names that are completed.
 */
export function zshCompletion({ commands, options }: CommandTree, programs: readonly string[]): string {
  return `#compdef ${programs.join(' ')}
# zsh completion for adc: source <(adc completion zsh)
_adc() {
  local -a commands=(
${commands.map(({ name, about }) => `    ${quoted(`${name}:${escaped(about)}`)}`).join('\n')}
  )
  if (( CURRENT == 2 )); then
    _describe -t commands command commands
    _arguments ${options.map(optionSpec).join(' ')}
    return
  fi
  local command=$words[2]
  shift words
  (( CURRENT-- ))
  case $command in
${commands.map(commandCase).join('\n')}
  esac
}

if [[ $funcstack[1] == _adc ]]; then _adc "$@"; else compdef _adc ${programs.join(' ')}; fi
`;
}

function commandCase({ name, choices, path, options }: CommandNode): string {
  const argument = choices.length === 0 ? [] : [quoted(`1:word:(${choices.join(' ')})`)];
  if (path !== '') argument.push(quoted('*:path:_files'));
  const specs = [...argument, ...options.map(optionSpec)];
  const words = ['      _arguments', ...specs].join(' \\\n        ');
  return `    ${name})\n${words} ;;`;
}

/** `'(-f --file)'{-f+,--file=}'[about]:path:_files'`; an option that may be given again excludes nothing. */
function optionSpec({ names, about, value, choices, repeats }: OptionNode): string {
  const action = {
    none: '',
    choice: `:value:(${choices.join(' ')})`,
    path: ':path:_files',
    other: ':value: ',
  }[value];
  const spelled = value === 'none' ? names : names.map(withValue);
  const before = repeats ? quoted('*') : quoted(`(${names.join(' ')})`);
  const all = spelled.length === 1 ? spelled.join('') : `{${spelled.join(',')}}`;
  return `${before}${all}${quoted(`[${escaped(about)}]${action}`)}`;
}

/** The value follows as a word of its own, or at once: after `=` where the name is long. */
const withValue = (name: string): string => (name.startsWith('--') ? `${name}=` : `${name}+`);

function escaped(text: string): string {
  return text.replaceAll(/[[\]:\\]/g, String.raw`\$&`);
}

const quoted = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;
