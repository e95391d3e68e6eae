import type { Command } from 'commander';
import { bashCompletion } from '../completion/bash-completion.ts';
import { commandTree, type CommandTree } from '../completion/command-tree.ts';
import { fishCompletion } from '../completion/fish-completion.ts';
import { zshCompletion } from '../completion/zsh-completion.ts';
import { EXIT } from '../exit-codes.ts';
import type { Io } from '../io.ts';
import type { Flags } from '../settings.ts';

const PROGRAMS = ['adc', 'adc-products'];

type Shell = (tree: CommandTree, programs: readonly string[]) => string;

const SHELLS: ReadonlyMap<string, Shell> = new Map([
  ['bash', bashCompletion],
  ['zsh', zshCompletion],
  ['fish', fishCompletion],
]);

/** `adc completion`: prints a script that teaches a shell the commands and options that there are (contract §3). */
export function completion(_flags: Flags, io: Io, { args, parent }: Command): Promise<number> {
  const script = SHELLS.get(args[0] ?? '');
  if (script && parent) io.out(script(commandTree(parent), PROGRAMS));
  return Promise.resolve(EXIT.done);
}
