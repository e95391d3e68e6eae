import {
  bashCompletion,
  commandTree,
  fishCompletion,
  zshCompletion,
  type CommandTree,
} from '../completion.ts';
import { defineCommand } from '../define-command.ts';
import { EXIT } from '../exit-codes.ts';
import { choiceArgument } from '../options.ts';

const PROGRAMS = ['adc', 'adc-products'];

type Shell = (tree: CommandTree, programs: readonly string[]) => string;

const SHELLS: ReadonlyMap<string, Shell> = new Map([
  ['bash', bashCompletion],
  ['zsh', zshCompletion],
  ['fish', fishCompletion],
]);

/** `adc completion`: prints a script that teaches a shell the commands and options that there are (contract §3). */
export const completion = defineCommand({
  name: 'completion',
  summary: 'print a completion script for a shell',
  about: 'Prints a script that completes commands, options and file names of adc in a shell.',
  arguments: [choiceArgument('<shell>', 'shell to complete in', [...SHELLS.keys()])],
  options: {},
  examples: [
    ['source <(adc completion bash)', 'in ~/.bashrc'],
    ['source <(adc completion zsh)', 'in ~/.zshrc, after compinit'],
    ['adc completion fish | source', 'in ~/.config/fish/config.fish'],
  ],
  exits: { done: 'success', failed: 'no script for this shell' },
  run: async ({ args, io, program }) => {
    const script = SHELLS.get(args[0] ?? '');
    if (script && program) io.out(script(commandTree(program), PROGRAMS));
    return EXIT.done;
  },
});
