import { mkdir, open, truncate, type FileHandle } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { planDigest, restorable, type OpenRecord } from '../api/record-run.ts';
import type { ApplyOptions, SyncResult } from '../api/sync-types.ts';
import { limit } from '../lib/limit.ts';
import { printable } from '../lib/printable.ts';
import type { PortalBackend } from '../model/admin.ts';
import { AdminError, OperationalError, UsageError } from '../model/errors.ts';
import type { RecordSink } from '../model/record.ts';
import { readRecordText, RecordLines, type RecordText } from '../record/record-text.ts';
import type { ReportParts } from '../report/report.ts';
import { PLAIN, plural } from '../report/words.ts';
import { lossesIn } from '../restore/losses.ts';
import { restore, type RestoreOutcome } from '../restore/restore.ts';
import { ofPortalBackend, portalBackend, type PORTAL_BACKEND, type TRANSPORT } from './connection.ts';
import type { ReportingCall } from './define-command.ts';
import { codeOf, exists, isDirectory, readText, writeFailure } from './disk.ts';
import type { Io } from './io.ts';
import type { OUTPUT } from './output.ts';
import type { Reporter } from './reporter.ts';

type Call = ReportingCall<typeof OUTPUT & typeof PORTAL_BACKEND & typeof TRANSPORT>;

/** The record of a `sync`, and the restore of its subscriptions. */
export interface SyncRecord {
  readonly options: Pick<ApplyOptions, 'record' | 'restorable'>;
  /**
   * Warns of an incomplete record, and restores the subscriptions that the run ended. A server error is part of the
   * result, and is not thrown.
   */
  finish(result: Pick<SyncResult, 'recordFailure'>): Promise<RestoreResult>;
  close(): Promise<void>;
}

export interface RestoreResult {
  /** Additional parts of the JSON report. */
  readonly more: ReportParts<'sync'>;
  /** Whether all subscriptions are restored. */
  readonly isComplete: boolean;
  /** The result in words, for the end of the report. */
  readonly summary: string;
}

const NOTHING: RestoreResult = { more: {}, isComplete: true, summary: '' };

/**
 * Prepares the record of a run.
 * @param path of `--record`; undefined: a new file in the working directory.
 * @param restores whether the run restores the subscriptions that it ends.
 * @throws UsageError if the file exists.
 */
export async function syncRecord(
  call: Call,
  path: string | undefined,
  restores: boolean,
): Promise<SyncRecord> {
  const { io, report } = call;
  const file = await newRecord(path ?? '.', io);
  const record: ApplyOptions['record'] = async (plan) => {
    const sink = await file.open(plan);
    report.progress(`recording in ${shownPath(file)}`);
    return sink;
  };
  const warnIfIncomplete = ({ recordFailure: failure }: Pick<SyncResult, 'recordFailure'>): void => {
    if (file.path() === undefined || failure === undefined) return;
    const reason = failure instanceof Error ? `: ${failure.message}` : '';
    report.tell(`warning: the record ${shownPath(file)} is not complete${reason}`);
  };
  if (!restores) {
    const close = (): Promise<void> => Promise.resolve();
    const finish: SyncRecord['finish'] = async (result) => {
      warnIfIncomplete(result);
      return NOTHING;
    };
    return { options: { record }, close, finish };
  }
  const backend = await portalBackend(call);
  let restorableIds: ReadonlySet<string> = new Set();
  const allow: ApplyOptions['restorable'] = async (plan, admin) => {
    await checkBackend(backend);
    const { losses, refused } = await restorable(plan, admin, backend);
    for (const { product, why } of refused)
      report.tell(`the subscriptions of ${PLAIN.name(product)} cannot be restored: ${printable(why)}`);
    restorableIds = new Set(losses.keys());
    return losses;
  };
  return {
    options: { record, restorable: allow },
    close: () => backend.close(),
    finish: async (result) => {
      warnIfIncomplete(result);
      return restoreEnded(file, restorableIds, { call, backend });
    },
  };
}

interface Restoring {
  readonly call: Call;
  readonly backend: Awaited<ReturnType<typeof portalBackend>>;
}

/** Restores the recorded subscriptions of some products. @param only ids of products. */
async function restoreEnded(
  file: NewRecord,
  only: ReadonlySet<string>,
  { call: { io, report }, backend }: Restoring,
): Promise<RestoreResult> {
  const path = file.path();
  if (path === undefined || only.size === 0) return NOTHING;
  try {
    const pairs = await restoreRecord(await readRecord(path, report), backend, { report, only });
    const missing = pairs.filter((pair) => !isRestored(pair)).length;
    const isComplete = missing === 0 && !io.signal.aborted;
    const problem = io.signal.aborted
      ? 'The restore was interrupted'
      : `${plural(missing, 'subscription')} not restored`;
    const summary = isComplete
      ? `${plural(pairs.length, 'subscription')} restored.`
      : `${problem}. Run: adc restore ${shownPath(file)}`;
    return { more: { subscriptions: pairs.map(pairJson) }, isComplete, summary };
  } catch (error) {
    if (!(error instanceof OperationalError)) throw error;
    const summary = `The subscriptions were not restored: ${error.message}. Run: adc restore ${shownPath(file)}`;
    return { more: {}, isComplete: false, summary };
  }
}

function shownPath(file: NewRecord): string {
  return printable(file.path() ?? '');
}

/** The notice before a restore: adc cannot suppress these messages (docs/design/admin-api.md §16). */
const PORTAL_MESSAGES =
  'The portal may send its usual messages about each subscription to approvers, contact points and developers.';

/**
 * Checks the portal backend and its token.
 * @throws OperationalError if the token is refused, or there is no portal backend.
 */
export async function checkBackend(backend: PortalBackend): Promise<void> {
  const hint = 'Check --portal-server, and --portal-token-file or ADC_PORTAL_TOKEN.';
  try {
    const isServed = (await backend.readApprovals()) !== undefined || (await backend.isServed());
    if (isServed) return;
  } catch (error) {
    if (!(error instanceof AdminError) || (error.status !== 401 && error.status !== 403))
      throw ofPortalBackend(error);
    const message = `the Developer Portal backend refuses the portal token: ${error.message}`;
    throw new OperationalError(message, { hint, cause: error });
  }
  throw new OperationalError('the portal server has no Developer Portal backend', {
    hint: 'Check --portal-server. The backend exists since 3.9, and with approvals since 3.9.14.',
  });
}

/** Seconds for which the lists of the portal may lag after a run (docs/design/admin-api.md §12). */
const PORTAL_LAG_S = 10;

/**
 * Restores the subscriptions of a record, and reports each one.
 * @param only ids of products that were just published (default: all products of the record).
 */
export async function restoreRecord(
  record: ExistingRecord,
  backend: PortalBackend,
  { report, only }: { readonly report: Reporter; readonly only?: ReadonlySet<string> },
): Promise<readonly RestoreOutcome[]> {
  const all = lossesIn(record.entries);
  const subscriptions = all.subscriptions.filter(({ product }) => only?.has(product.id) !== false);
  if (subscriptions.length === 0) return [];
  report.progress(PORTAL_MESSAGES);
  const { signal } = report.io;
  const sink = await record.open();
  try {
    return await restore({
      losses: { ...all, subscriptions },
      backend,
      sink,
      now: () => new Date(),
      patience: only === undefined ? 0 : PORTAL_LAG_S,
      sleep: async (ms) => setTimeout(ms, undefined, { signal }).catch(() => undefined),
      signal,
      onOutcome: (pair) => report.progress(pairWords(pair)),
    });
  } finally {
    await sink.close();
  }
}

/** Whether the subscription has its recorded status. */
export function isRestored({ outcome }: RestoreOutcome): boolean {
  return outcome === 'restored' || outcome === 'kept';
}

const OUTCOMES: Readonly<Record<RestoreOutcome['outcome'], string>> = {
  restored: 'restored',
  kept: 'was not lost',
  pending: 'waits for approval',
  impossible: 'cannot be restored',
  failed: 'failed',
};

function pairWords({ product, developer_id, application_id, ...pair }: RestoreOutcome): string {
  const { outcome, status, why, seconds } = pair;
  const what = `application ${printable(application_id)} of developer ${printable(developer_id)}`;
  const time = seconds === undefined ? '' : ` after ${seconds.toFixed(1)} s`;
  const isPending = outcome === 'restored' && status === 'pending' && why === undefined;
  const words = `${OUTCOMES[outcome]}${time}${isPending ? ', waits for approval as before' : ''}`;
  const because = why === undefined ? '' : `: ${printable(why)}`;
  return `${PLAIN.name(product.name)}: ${what}: ${words}${because}`;
}

/** An entry of the JSON report. */
export function pairJson({ product: { id, name }, developer_id, application_id, ...pair }: RestoreOutcome) {
  const { status, outcome, why, seconds, lostAt } = pair;
  return {
    product: { id, name },
    developer_id,
    application_id,
    status,
    outcome,
    ...(why !== undefined && { why }),
    ...(seconds !== undefined && { seconds }),
    lost_at: lostAt,
  };
}

/** The new file of a record. */
interface NewRecord {
  readonly open: OpenRecord;
  /** Undefined until the file is open. */
  readonly path: () => string | undefined;
}

/**
 * The file of `--record`: a new file, or a new file in a directory, named by time and plan (docs/design/contract.md
 * §15).
 * @throws UsageError if the file exists.
 */
async function newRecord(given: string, io: Io): Promise<NewRecord> {
  const isFolder = await isDirectory(given, io.cwd);
  if (!isFolder && (await exists(resolve(io.cwd, given)))) throw fileExists(given);
  let path: string | undefined;
  return {
    path: () => path,
    open: async (plan) => {
      path = isFolder ? join(given, `adc-record-${timestamp()}-${planDigest(plan)}.jsonl`) : given;
      return openNew(resolve(io.cwd, path), path, io);
    },
  };
}

/** An existing record, and a sink to append to it. */
export interface ExistingRecord extends RecordText {
  readonly open: () => Promise<RecordSink>;
}

/**
 * Reads a record, and warns of a last entry that is incomplete.
 * @throws UsageError if the file cannot be read, or is not a valid record.
 */
export async function readRecord(
  given: string,
  { io, tell }: Pick<Reporter, 'io' | 'tell'>,
): Promise<ExistingRecord> {
  const { validate } = await import('../generated/validate-record.mjs');
  const path = resolve(io.cwd, given);
  const text = await readText(path, 'record', 'Write records with adc sync --record.');
  const record = readRecordText(text, printable(given), validate);
  if (record.isTruncated)
    tell(`warning: the last entry of the record "${printable(given)}" is incomplete, and is ignored`);
  return {
    ...record,
    open: async () => {
      try {
        if (record.isTruncated) await truncate(path, record.bytes);
        const file = await open(path, 'a');
        return sinkOf(file, new RecordLines(redactOf(io), record.digest), { given, bytes: record.bytes });
      } catch (error) {
        throw writeFailure(given, error);
      }
    },
  };
}

async function openNew(path: string, given: string, io: Io): Promise<RecordSink> {
  const failed = (error: unknown): never => {
    throw writeFailure(given, error);
  };
  await mkdir(dirname(path), { recursive: true }).catch(failed);
  const file = await open(path, 'ax', 0o600).catch((error: unknown) => {
    if (codeOf(error) === 'EEXIST') throw fileExists(given);
    return failed(error);
  });
  return sinkOf(file, new RecordLines(redactOf(io)), { given, bytes: 0 });
}

/**
 * A sink that writes entries in order, and flushes each to the disk. Entries of two processes would make the record
 * invalid, so it stops if the file has other entries. @param bytes the current size of the file.
 */
function sinkOf(
  file: FileHandle,
  lines: RecordLines,
  { given, bytes }: { readonly given: string; readonly bytes: number },
): RecordSink {
  const inOrder = limit(1);
  let [size, failure] = [bytes, undefined as unknown];
  const checkSize = async (): Promise<void> => {
    if ((await file.stat()).size !== size) throw otherWriter(given);
  };
  const write = async (line: string): Promise<void> => {
    await checkSize();
    await file.appendFile(line);
    await file.datasync();
    size += Buffer.byteLength(line);
    await checkSize();
  };
  return {
    close: () => file.close(),
    append: async (entry) =>
      inOrder(async () => {
        if (failure === undefined)
          await write(lines.next(entry)).catch((error: unknown) => {
            failure = error instanceof OperationalError ? error : writeFailure(given, error);
          });
        if (failure !== undefined) throw failure;
      }),
  };
}

function otherWriter(given: string): OperationalError {
  return new OperationalError(`another process writes to the record "${printable(given)}"`, {
    hint: 'Wait until it ends, then run adc restore.',
  });
}

function redactOf({ redactor }: Io): (text: string) => string {
  return (text) => redactor?.redact(text) ?? text;
}

function fileExists(given: string): UsageError {
  return new UsageError(`"${printable(given)}" exists; a record is never overwritten`, {
    hint: 'Name a new file, or a directory. Nothing was sent.',
  });
}

/** The current time in UTC, as `20261207T101500Z`. */
function timestamp(): string {
  return new Date().toISOString().replaceAll(/[-:]|\.\d+/g, '');
}
