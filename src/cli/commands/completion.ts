import { defineCommand } from '../define-command.ts';
import { EXIT } from '../io.ts';
import { choiceArgument } from '../options.ts';

/**
 * `adc completion`: prints a script that completes commands and options in a shell (docs/design/contract.md §3). The
 * build generates it.
 */
export const completion = defineCommand({
  name: 'completion',
  summary: 'print a completion script for a shell',
  about: 'Prints a script that completes commands, options and file names of adc in a shell.',
  arguments: [choiceArgument('<shell>', 'shell to complete in', ['bash', 'zsh', 'fish'])],
  options: {},
  examples: [
    ['source <(adc completion bash)', 'in ~/.bashrc'],
    ['source <(adc completion zsh)', 'in ~/.zshrc, after compinit'],
    ['adc completion fish | source', 'in ~/.config/fish/config.fish'],
  ],
  exits: { done: 'success', failed: 'no script for this shell' },
  run: async ({ args, io }) => {
    // Imported here, because the build loads this file before it generates the scripts.
    const { COMPLETIONS } = await import('../../generated/completions.ts');
    io.out(COMPLETIONS.get(args[0] ?? '') ?? '');
    return EXIT.done;
  },
});
