import type { CommandNode, CommandTree, OptionNode } from './command-tree.ts';

/**
 * A completion script for bash 3.2 and later; needs no package beside it, and evaluates nothing that was typed.
 * @param programs the names that are completed.
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
${commands.map(commandCase).join('\n')}
    *) _adc_words ${quoted([...names, ...options.flatMap((option) => option.names)])} "$cur" ;;
  esac
}

complete -F _adc ${programs.join(' ')}
`;
}

function commandCase({ name, choices, path, options }: CommandNode): string {
  const words = [...choices, ...options.flatMap((option) => option.names)];
  return [
    `    ${name})`,
    '      case $prev in',
    ...options.filter(({ value }) => value !== 'none').map(valueCase),
    `        *) _adc_words ${quoted(words)} "$cur"${path === '' ? '' : '; _adc_paths "$cur"'} ;;`,
    '      esac ;;',
  ].join('\n');
}

function valueCase({ names, value, choices }: OptionNode): string {
  const reply = {
    choice: `_adc_words ${quoted(choices)} "$cur"`,
    path: '_adc_paths "$cur"',
    other: ':',
    none: ':',
  };
  return `        ${names.join('|')}) ${reply[value]} ;;`;
}

const quoted = (words: readonly string[]): string => `'${words.join(' ')}'`;
