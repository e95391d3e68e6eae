import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { JournalledRequest } from '../../../src/emulator/journal.ts';
import type { Workplace } from '../../support/run-adc.ts';

/** What a command did, by the numbers of its requests. */
export interface Phase {
  readonly command: 'sync' | 'restore' | 'undo';
  readonly from: number;
  readonly to: number;
}

/** Number of the last request so far. */
export function lastRequest({ emulator: { journal } }: Workplace): number {
  return journal.requests.at(-1)?.n ?? 0;
}

/**
 * What the journal of the server holds that no sync, restore or undo may do, in words: the record says which subscriptions
 * there were, and only those may be requested.
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
    ...twice(requested).map((name) => `${name} was subscribed twice`),
    ...twice(accepted).map((name) => `${name} was approved twice`),
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

/** The statuses of the subscriptions in the record by the names of their applications; the record is read as plain JSON. */
export async function recordedSubscriptions(place: Workplace): Promise<ReadonlyMap<string, string>> {
  const text = await readFile(join(place.folder, 'record.jsonl'), 'utf8').catch(() => '');
  const rows = text.split('\n').flatMap((line) => {
    if (!line.startsWith('{"entry":"subscriptions"') || !line.endsWith('}')) return [];
    return (JSON.parse(line) as { readonly rows: readonly Row[] | null }).rows ?? [];
  });
  return new Map(rows.map((row) => [nameOf(place, row.application_id), row.status]));
}

interface Row {
  readonly application_id: string;
  readonly status: string;
}

/** The applications that the program subscribed, once for each time. */
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

function twice(names: readonly string[]): readonly string[] {
  return names.filter((name, at) => names.indexOf(name) !== at);
}

/** One application and one product a request, or one approval. */
function isRestoring({ method, path, body }: JournalledRequest): boolean {
  if (method !== 'POST') return false;
  if (/^\/api\/approvals\/[^/]+\/accept$/.test(path)) return true;
  const { applications, api_products: products } = (body ?? {}) as Readonly<Record<string, unknown[]>>;
  return path === '/api/subscriptions' && applications?.length === 1 && products?.length === 1;
}

/** A restore talks to the backend only, an undo to no one, and a sync writes its product, never how it approves. */
function foreign({ command, from, to }: Phase, all: readonly JournalledRequest[]): readonly string[] {
  const isMeant: Readonly<Record<Phase['command'], (one: JournalledRequest) => boolean>> = {
    undo: () => false,
    restore: ({ backend }) => backend === true,
    sync: ({ backend, write, method, body }) =>
      backend === true || !write || (method === 'PUT' && !approvesByItself(body)),
  };
  return all
    .filter((one) => one.n > from && one.n <= to && !isMeant[command](one))
    .map((one) => `${command} sent ${wordsOf(one)}`);
}

function approvesByItself(body: JournalledRequest['body']): boolean {
  return JSON.stringify(body ?? null).includes('"subscription_auto_approval":true');
}

function wordsOf({ method, path, body }: JournalledRequest): string {
  return `${method} ${path} ${JSON.stringify(body ?? null)}`;
}
