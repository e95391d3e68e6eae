import { displayWidth } from '../lib/display-width.ts';
import { ioWith, type Io } from './io.ts';

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
export function liveLine(io: Io, flags: Readonly<Record<string, unknown>>): LiveLine | undefined {
  const columns = io.errColumns;
  if (io.errColour !== true || columns === undefined || columns() === undefined) return undefined;
  if (flags['color'] === false || flags['verbose'] === '0' || io.env['TERM'] === 'dumb') return undefined;
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
