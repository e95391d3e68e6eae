import type { Redact } from '../lib/redaction.ts';
import { sha256 } from '../lib/sha256.ts';
import { UsageError } from '../model/errors.ts';
import { RECORD_FORMAT, RECORD_FORMAT_VERSION, type RecordEntry, type RecordStart } from '../model/record.ts';

/**
 * Writes the lines of a record: JSON with a digest of this line and all earlier lines. So a reader detects every
 * change, except missing lines at the end, as after a kill (docs/design/contract.md §15).
 */
export class RecordLines {
  #digest: string;
  readonly #redact: Redact;

  /** @param digest digest of the last line of a record to continue. */
  constructor(redact: Redact, digest = '') {
    this.#redact = redact;
    this.#digest = digest;
  }

  /** The line of an entry, including its line end. */
  next(entry: RecordEntry): string {
    const json = this.#redact(JSON.stringify(entry));
    this.#digest = digestAfter(this.#digest, json);
    return `${json.slice(0, -1)},"digest":"${this.#digest}"}\n`;
  }
}

export interface RecordText {
  readonly start: RecordStart;
  readonly entries: readonly RecordEntry[];
  /** Digest of the last valid line. */
  readonly digest: string;
  /** Number of valid bytes. */
  readonly bytes: number;
  /** Whether the last line is incomplete, as after a kill. */
  readonly isTruncated: boolean;
}

/**
 * Reads a record, without an invalid last line.
 * @param name printable name of the file, for errors.
 * @param isEntry validates an entry against schemas/record.schema.json.
 * @throws UsageError if the text is not a record, has another format version, or was changed.
 */
export function readRecordText(text: string, name: string, isEntry: (value: unknown) => boolean): RecordText {
  const lines = text.split('\n');
  const last = lines.at(-1) === '' ? lines.length - 2 : lines.length - 1;
  refuseForeign(lines[0] ?? '', name);
  const entries: RecordEntry[] = [];
  let [digest, bytes] = ['', 0];
  for (const [index, line] of lines.slice(0, last + 1).entries()) {
    const isComplete = index < lines.length - 1;
    const read = isComplete ? entryOf(line, digest, isEntry) : undefined;
    if (read === undefined && index === last && index > 0) break;
    if (read === undefined) throw damaged(name, index + 1);
    entries.push(read.entry);
    ({ digest } = read);
    bytes += Buffer.byteLength(line) + 1;
  }
  const [start] = entries;
  if (start?.entry !== 'start') throw damaged(name, 1);
  return { start, entries, digest, bytes, isTruncated: entries.length <= last };
}

const TAIL = /,"digest":"([0-9a-f]{64})"\}$/;

function entryOf(
  line: string,
  before: string,
  isEntry: (value: unknown) => boolean,
): { readonly entry: RecordEntry; readonly digest: string } | undefined {
  const [tail, digest] = TAIL.exec(line) ?? [];
  if (tail === undefined || digest === undefined) return undefined;
  const json = `${line.slice(0, -tail.length)}}`;
  if (digestAfter(before, json) !== digest) return undefined;
  // A valid digest proves nothing about the entry: an attacker can compute it for any line.
  return isEntry(parsed(line)) ? { entry: parsed(json) as RecordEntry, digest } : undefined;
}

function digestAfter(before: string, json: string): string {
  return sha256(`${before}\n${json}`);
}

/** @throws UsageError unless the line is the first line of a record of this version. */
function refuseForeign(line: string, name: string): void {
  const first = parsed(line);
  const { format, format_version: version } = (typeof first === 'object' ? first : undefined) ?? {};
  if (format !== RECORD_FORMAT)
    throw new UsageError(`"${name}" is not a record of adc`, {
      hint: 'adc sync --record writes records. A record that ends within its first line is of a run that sent nothing.',
    });
  if (version !== RECORD_FORMAT_VERSION) {
    throw new UsageError(
      `the record "${name}" has format version ${String(version)}, and this adc reads version ${RECORD_FORMAT_VERSION}`,
      { hint: 'Use the version of adc that wrote it, or a later one.' },
    );
  }
}

function parsed(json: string): { readonly format?: unknown; readonly format_version?: unknown } | undefined {
  try {
    return JSON.parse(json) as object;
  } catch {
    return undefined;
  }
}

function damaged(name: string, line: number): UsageError {
  return new UsageError(`line ${line} of the record "${name}" was changed, or lines are missing before it`, {
    hint: 'adc does nothing by a record that it cannot verify. Use an unchanged copy.',
  });
}
