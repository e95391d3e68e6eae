import { UsageError } from '../model/errors.ts';
import type { Settings } from './settings.ts';

/**
 * The path that `-o` names, if any (contract §3).
 * @throws UsageError for `-`, which elsewhere means standard output: a file of that name is hardly ever meant.
 */
export function outputOf(settings: Settings): string | undefined {
  const output = settings.text('output', undefined);
  if (output !== '-') return output;
  throw new UsageError('"-" is no path, and -o names a file or a folder', {
    hint: 'Name a file; adc dump without -o writes to standard output. A file that is called - is ./-.',
  });
}
