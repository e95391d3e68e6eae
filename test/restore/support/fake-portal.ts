import { AdminError } from '../../../src/model/errors.ts';
import type { PortalBackend } from '../../../src/model/admin.ts';

/** Simulates the end of the process. */
export class Killed extends Error {}

interface Row {
  readonly developer: string;
  readonly application: string;
  status: 'active' | 'pending';
}

interface ApprovalRow {
  readonly id: string;
  readonly row: Row;
  result: 'pending' | 'accepted' | 'rejected' | 'cancelled';
}

/** A failure of a call: the process ends before or after it, the call or its response is lost, or the server is busy. */
export type Mishap = 'killed-before' | 'killed-after' | 'unsent' | 'lost' | 'busy';

export const PRODUCT = 'p1';

/** One published product whose subscriptions need approval, with the rules of docs/design/admin-api.md §7. */
export class FakePortal {
  readonly rows: Row[] = [];
  readonly approvals: ApprovalRow[] = [];
  /** Applications by developer. */
  readonly applications: ReadonlyMap<string, readonly string[]>;
  readonly accepted: Row[] = [];
  /** Time of the decision of each finished approval. */
  decidedAt: string | undefined = '2026-12-07T11:00:00.000Z';
  /** For how many reads the list of products lags: they do not have the product yet. */
  lag = 0;
  /** Called before each call with its number. */
  onCall: (call: number) => Mishap | undefined = () => undefined;
  #calls = 0;

  constructor(applications: ReadonlyMap<string, readonly string[]>) {
    this.applications = applications;
  }

  subscribe(developer: string, application: string): void {
    if (this.find(application)) throw new AdminError('subscribed already', { status: 400 });
    const row: Row = { developer, application, status: 'pending' };
    this.rows.push(row);
    this.approvals.push({ id: `approval ${this.approvals.length}`, row, result: 'pending' });
  }

  find(application: string): Row | undefined {
    return this.rows.find((row) => row.application === application);
  }

  end(application: string, result: 'rejected' | 'cancelled'): void {
    const approval = this.approvals.find(
      ({ row, result }) => row.application === application && result === 'pending',
    );
    if (approval === undefined) return;
    approval.result = result;
    this.rows.splice(this.rows.indexOf(approval.row), 1);
  }

  backend(): PortalBackend {
    const call = async <Result>(effect: () => Result): Promise<Result> => {
      this.#calls += 1;
      const mishap = this.onCall(this.#calls);
      if (mishap === 'killed-before') throw new Killed();
      if (mishap === 'unsent') throw new AdminError('no answer', { mayHaveHappened: true });
      if (mishap === 'busy') throw new AdminError('too many requests', { status: 429 });
      const result = effect();
      if (mishap === 'killed-after') throw new Killed();
      if (mishap === 'lost') throw new AdminError('no answer', { mayHaveHappened: true });
      return result;
    };
    return {
      isServed: () => call(() => true),
      readProducts: () =>
        call(() => (this.lag-- > 0 ? [] : [{ id: PRODUCT, name: 'Payments API', authTypes: ['key_auth'] }])),
      readApplications: (developer) => call(() => new Set(this.applications.get(developer))),
      readSubscriptions: (developer) =>
        call(() =>
          this.rows
            .filter((row) => row.developer === developer)
            .map(({ application, status }) => ({
              developer_id: developer,
              application_id: application,
              status,
            })),
        ),
      readApprovals: () =>
        call(() =>
          this.approvals.map(({ id, row, result }) => ({
            id,
            product: PRODUCT,
            developer: row.developer,
            result,
            decidedAt: result === 'pending' ? undefined : this.decidedAt,
          })),
        ),
      subscribe: (developer, application) => call(() => this.subscribe(developer, application)),
      accept: (id) =>
        call(() => {
          const approval = this.approvals.find((one) => one.id === id);
          if (approval?.result !== 'pending') throw new AdminError('finished already', { status: 400 });
          approval.result = 'accepted';
          approval.row.status = 'active';
          this.accepted.push(approval.row);
        }),
      close: () => Promise.resolve(),
    };
  }
}
