import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { JournalledRequest } from '../../../src/emulator/journal.ts';
import type { Workplace } from '../../support/run-adc.ts';

/** A command, with the numbers of its first and last request. */
export interface Phase {
  readonly command: 'sync' | 'restore' | 'undo';
  readonly from: number;
  readonly to: number;
}

/** The number of the last request so far. */
export function lastRequest({ emulator: { journal } }: Workplace): number {
  return journal.requests.at(-1)?.n ?? 0;
}

/**
 * Requests that no sync, restore or undo may send, as text. A restore may request only the subscriptions of the record.
 */
export async function wrongRequests(place: Workplace, phases: readonly Phase[]): Promise<readonly string[]> {
  const { store, journal } = place.emulator;
  const statuses = await recordedSubscriptions(place);
  const requested = subscribedByRequest(place);
  const accepted = journal
    .effects('approval-accepted')
    .filter(({ request }) => request > 0)
    .map(({ application }) => application);
  const sent = journal.writes().filter(({ backend, handled }) => backend === true && handled);
  return [
    ...duplicates(requested).map((name) => `${name} was subscribed twice`),
    ...duplicates(accepted).map((name) => `${name} was approved twice`),
    ...requested.filter((name) => !statuses.has(name)).map((name) => `${name} was subscribed, unrecorded`),
    ...accepted
      .filter((name) => statuses.get(name) !== 'active')
      .map((name) => `${name} was approved, and the record does not have it as active`),
    ...sent.filter((one) => !isRestoring(one)).map((one) => `the backend got ${wordsOf(one)}`),
    ...phases.flatMap((phase) => foreign(phase, journal.requests)),
    ...store.endedSubscriptions
      .filter(({ because }) => because !== 'unpublished')
      .map((one) => `the subscription of ${nameOf(place, one.application_id)} was ${one.because}`),
  ];
}

/** The status of each subscription in the record, by the name of its application. Reads the record as JSON lines. */
export async function recordedSubscriptions(place: Workplace): Promise<ReadonlyMap<string, string>> {
  const text = await readFile(join(place.folder, 'record.jsonl'), 'utf8').catch(() => '');
  const rows = text.split('\n').flatMap((line) => {
    if (!line.startsWith('{"entry":"subscriptions"') || !line.endsWith('}')) return [];
    return (JSON.parse(line) as { readonly rows: readonly Row[] | null }).rows ?? [];
  });
  return new Map(rows.map((row) => [nameOf(place, row.application_id), row.status]));
}

/** Whether the record contains the state of the product before the run. */
export async function hasRecordedProduct({ folder }: Workplace): Promise<boolean> {
  const text = await readFile(join(folder, 'record.jsonl'), 'utf8');
  return /^\{"entry":"product".*\}$/m.test(text);
}

interface Row {
  readonly application_id: string;
  readonly status: string;
}

/** The names of the applications that adc subscribed, in order, with duplicates. */
export function subscribedByRequest({ emulator: { journal } }: Workplace): readonly string[] {
  return journal
    .effects()
    .flatMap((one) =>
      one.request > 0 && (one.kind === 'subscribed' || one.kind === 'subscription-requested')
        ? [one.application]
        : [],
    );
}

function nameOf({ emulator: { store } }: Workplace, application: string): string {
  return store.tables.applications.get(application)?.name ?? application;
}

function duplicates(names: readonly string[]): readonly string[] {
  return names.filter((name, at) => names.indexOf(name) !== at);
}

/** A request for one application and one product, or one approval. */
function isRestoring({ method, path, body }: JournalledRequest): boolean {
  if (method !== 'POST') return false;
  if (/^\/api\/approvals\/[^/]+\/accept$/.test(path)) return true;
  const { applications, api_products: products } = (body ?? {}) as Readonly<Record<string, unknown[]>>;
  return path === '/api/subscriptions' && applications?.length === 1 && products?.length === 1;
}

/** Requests that a command must not send. A restore uses only the backend, an undo sends nothing, a sync never sets auto-approval. */
function foreign({ command, from, to }: Phase, all: readonly JournalledRequest[]): readonly string[] {
  const isAllowed: Readonly<Record<Phase['command'], (one: JournalledRequest) => boolean>> = {
    undo: () => false,
    restore: ({ backend }) => backend === true,
    sync: ({ backend, write, method, body }) =>
      backend === true || !write || (method === 'PUT' && !setsAutoApproval(body)),
  };
  return all
    .filter((one) => one.n > from && one.n <= to && !isAllowed[command](one))
    .map((one) => `${command} sent ${wordsOf(one)}`);
}

function setsAutoApproval(body: JournalledRequest['body']): boolean {
  return JSON.stringify(body ?? null).includes('"subscription_auto_approval":true');
}

function wordsOf({ method, path, body }: JournalledRequest): string {
  return `${method} ${path} ${JSON.stringify(body ?? null)}`;
}
