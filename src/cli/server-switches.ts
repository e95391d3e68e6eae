import { parseSwitch, type Switches } from '../emulator/switches.ts';
import { UsageError } from '../model/errors.ts';
import { list, type OptionSpec } from './options.ts';

const any = list('--set <name=value...>', 'variant of server behaviour, e.g. putSemantics=merge');

/** How the embedded Admin API behaves, in commands that start one. @throws UsageError for an unknown name or value. */
export const serverSwitches: OptionSpec<Partial<Switches>> = {
  ...any,
  read: (given) => Object.assign({}, ...any.read(given).map(switchOf)) as Partial<Switches>,
};

function switchOf(word: string): Partial<Switches> {
  try {
    return parseSwitch(word);
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}
