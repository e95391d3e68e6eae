import { displayWidth } from '../lib/display-width.ts';
import type { ExecuteInput } from '../execute/execute.ts';
import { progressLine } from '../report/outcome-text.ts';
import { ioWith, type Io } from './io.ts';
import type { OutputOptions } from './output.ts';

/** A line at the bottom of the terminal that is rewritten in place (contract §7); nothing where there is no terminal. */
export interface LiveLine {
  /** The same process, whose standard error goes around the line: what is said there stays, above it. */
  readonly io: Io;
  /** Puts a printable text in the place of the line. */
  show(text: string): void;
  /** Takes the line away. */
  end(): void;
}

/** To the first column, and away with what stands there. */
const WIPE = '\r\u001b[2K';

/** The line of a terminal; undefined where lines can't, or shall not, be rewritten (acceptance R3). */
export function liveLine(io: Io, { color, verbose }: OutputOptions): LiveLine | undefined {
  const columns = io.errColumns;
  if (io.errColour !== true || columns === undefined || columns() === undefined) return undefined;
  if (!color || verbose?.showsProgress !== true) return undefined;
  let shown = '';
  const put = (text: string): void => {
    const line = fitting(io.hidden?.hide(text) ?? text, (columns() ?? 0) - 1);
    if (shown !== '' || line !== '') io.err(WIPE.repeat(shown === '' ? 0 : 1) + line);
    shown = line;
  };
  const around = (text: string): void => {
    const line = shown;
    put('');
    io.err(text);
    put(line);
  };
  return { io: ioWith(io, { err: around }), show: put, end: () => put('') };
}

/** As much of a text as a line of that many columns can hold, so that it never takes a second one. */
function fitting(text: string, columns: number): string {
  if (displayWidth(text) <= columns) return text;
  const chars = Array.from(text);
  while (chars.length > 0 && displayWidth(chars.join('')) > columns - 1) chars.pop();
  return chars.length === 0 ? '' : `${chars.join('')}…`;
}

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
