import { COMMAND_NAMES, loadCommands, main, program } from '../src/cli/main.ts';
import { silentIo } from './silent-io.ts';
import { bashCompletion, commandTree, fishCompletion, zshCompletion } from './completion-scripts.ts';

type Rows = readonly (readonly [name: string, text: string])[];

const PROGRAMS = ['adc', 'adc-products'];

/** The help texts of the program ('') and of each command. */
export async function helpTexts(): Promise<Rows> {
  return Promise.all(['', ...COMMAND_NAMES].map(async (name) => [name, await helpOf(name)] as const));
}

async function helpOf(name: string): Promise<string> {
  let output = '';
  const words = name === '' ? ['--help'] : [name, '--help'];
  await main(words, { ...silentIo(), out: (text) => (output += text) });
  return output;
}

/** The completion scripts, by shell. */
export async function completionTexts(): Promise<Rows> {
  const tree = commandTree(program(await loadCommands(), silentIo(), () => undefined));
  return [
    ['bash', bashCompletion(tree, PROGRAMS)],
    ['zsh', zshCompletion(tree, PROGRAMS)],
    ['fish', fishCompletion(tree, PROGRAMS)],
  ];
}
