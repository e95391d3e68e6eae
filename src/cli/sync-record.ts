import type { ApplyOptions, SyncResult } from '../api/apply-plan.ts';
import { printable } from '../lib/printable.ts';
import { OperationalError } from '../model/errors.ts';
import { plural } from '../report/words.ts';
import type { ReportParts } from '../report/report.ts';
import type { TRANSPORT } from './connection.ts';
import type { ReportingCall } from './define-command.ts';
import type { OUTPUT } from './output.ts';
import { portalBackend, type PORTAL_BACKEND } from './portal-backend.ts';
import { newRecord, readRecord, type NewRecord } from './record-file.ts';
import { allowRestorable, isBack, pairJson, restoreRecord } from './restoring.ts';

type Call = ReportingCall<typeof OUTPUT & typeof PORTAL_BACKEND & typeof TRANSPORT>;

/** The record of a `sync`, and the restore of its subscriptions. */
export interface SyncRecord {
  readonly options: Pick<ApplyOptions, 'record' | 'restorable'>;
  /**
   * After the run: prints the path of the record, and restores the ended subscriptions. Throws no errors of the
   * servers.
   * @returns whether all subscriptions came back.
   */
  finish(result: Pick<SyncResult, 'recordFailure'>): Promise<RestoreResult>;
  close(): Promise<void>;
}

export interface RestoreResult {
  /** Additional parts of the JSON report. */
  readonly more: ReportParts<'sync'>;
  readonly isWhole: boolean;
  /** What became of the subscriptions, for the end of the report. */
  readonly words: string;
}

const NOTHING: RestoreResult = { more: {}, isWhole: true, words: '' };

/** @param path of `--record`; without it, a new file in the working directory. @throws UsageError if it cannot be written. */
export async function syncRecord(call: Call, path = '.', restores = false): Promise<SyncRecord> {
  const { io, report } = call;
  const file = await newRecord(path, io);
  const record: ApplyOptions['record'] = async (plan) => {
    const sink = await file.open(plan);
    report.progress(`recording in ${shown(file)}`);
    return sink;
  };
  const tell = ({ recordFailure: failure }: Pick<SyncResult, 'recordFailure'>): void => {
    if (file.path() === undefined || failure === undefined) return;
    const words = failure instanceof Error ? `: ${failure.message}` : '';
    report.tell(`warning: the record ${shown(file)} is not complete${words}`);
  };
  if (!restores) {
    const close = (): Promise<void> => Promise.resolve();
    return { options: { record }, close, finish: async (result) => (tell(result), NOTHING) };
  }
  const backend = await portalBackend(call);
  let only: ReadonlySet<string> = new Set();
  const allow = allowRestorable(backend, report);
  const restorable: ApplyOptions['restorable'] = async (plan, admin) => {
    const losses = await allow(plan, admin);
    only = new Set(losses.keys());
    return losses;
  };
  return {
    options: { record, restorable },
    close: () => backend.close(),
    finish: async (result) => {
      tell(result);
      return restored(file, only, { call, backend });
    },
  };
}

interface Restoring {
  readonly call: Call;
  readonly backend: Awaited<ReturnType<typeof portalBackend>>;
}

async function restored(
  file: NewRecord,
  only: ReadonlySet<string>,
  { call: { io, report }, backend }: Restoring,
): Promise<RestoreResult> {
  const path = file.path();
  if (path === undefined || only.size === 0) return NOTHING;
  try {
    const pairs = await restoreRecord(await readRecord(path, report), backend, { report, only });
    const missing = pairs.filter((pair) => !isBack(pair)).length;
    const isWhole = missing === 0 && !io.signal.aborted;
    const end =
      missing === 0 ? 'The restore was interrupted' : `${plural(missing, 'subscription')} did not come back`;
    const words = isWhole
      ? `${plural(pairs.length, 'subscription')} restored.`
      : `${end}. Run: adc restore ${shown(file)}`;
    return { more: { subscriptions: pairs.map(pairJson) }, isWhole, words };
  } catch (error) {
    if (!(error instanceof OperationalError)) throw error;
    const words = `The subscriptions were not restored: ${error.message}. Run: adc restore ${shown(file)}`;
    return { more: {}, isWhole: false, words };
  }
}

function shown(file: NewRecord): string {
  return printable(file.path() ?? '');
}
