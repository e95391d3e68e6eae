import type { ExecuteInput } from '../execute/execute.ts';
import { progressLine } from '../report/outcome-text.ts';
import type { LiveLine } from './live-line.ts';

type Listeners = Required<Pick<ExecuteInput, 'onOutcome' | 'onProgress'>>;

/**
 * What to tell while a plan is carried out: one line a step as it ends; on a terminal one live line with how many steps
 * run and wait, and a line that stays for each that failed (contract §7).
 */
export function progress(say: (line: string) => void, live: LiveLine | undefined): Listeners {
  let last = '';
  return {
    onOutcome: (outcome, ended, all) => {
      last = progressLine(outcome, ended, all);
      if (live === undefined || outcome.status === 'failed') say(last);
    },
    onProgress: ({ ended, running, waiting }) => {
      const words = last.replace(/^\[\d+\/\d+\] /, '');
      const counts = `[${ended}/${ended + running + waiting}] ${running} running, ${waiting} waiting`;
      live?.show(words === '' ? counts : `${counts}; ${words}`);
    },
  };
}
