import type { Admin } from '../model/admin.ts';
import type { PartialFields } from '../model/desired.ts';
import { AdminError, messageOf, OperationalError } from '../model/errors.ts';
import type { LiveProduct } from '../model/live.ts';
import type { Intent, RecordSink } from '../model/record.ts';

export interface Recording extends Admin {
  /** Closes the record. Returns the first error of writing it, if any. */
  readonly finish: () => Promise<unknown>;
}

/**
 * An Admin API that records each write: the intent before it, the result after it, and the subscriptions that it ends
 * (docs/design/contract.md §15). It does not send a write that it cannot record, except a write to a draft, which may
 * publish the product again.
 * @param restored ids of products whose subscriptions this run restores. Their subscriptions must be listed before a
 * write ends them; otherwise the write is not sent.
 */
export function recordingAdmin(
  admin: Admin,
  record: RecordSink,
  now: () => string,
  restored: ReadonlyMap<string, number> = new Map(),
): Recording {
  let writes = 0;
  let failure: unknown;

  const note = async (entry: Parameters<RecordSink['append']>[0]): Promise<void> => {
    // After a failed entry, a later entry would be invalid.
    if (failure !== undefined) return;
    try {
      await record.append(entry);
    } catch (error) {
      failure ??= error;
    }
  };

  const write = async <Result>(
    target: Pick<Intent, 'action' | 'product' | 'name' | 'fields'>,
    { send, idOf, mustSend }: Sending<Result>,
  ): Promise<Result> => {
    writes += 1;
    const number = writes;
    await note({ entry: 'intent', at: now(), write: number, ...target });
    if (failure !== undefined && !mustSend) throw notRecorded(target.name, failure);
    try {
      const result = await send();
      await note({ entry: 'answer', at: now(), write: number, product: idOf(result) });
      return result;
    } catch (error) {
      const words = messageOf(error);
      await note({ entry: 'answer', at: now(), write: number, product: target.product, error: words });
      throw error;
    }
  };

  const noteSubscriptions = async (product: string): Promise<void> => {
    const rows = await admin.readSubscriptionIds(product).catch((error: unknown) => {
      if (error instanceof AdminError) return undefined;
      throw error;
    });
    if (rows === undefined && restored.has(product))
      throw new OperationalError('its subscriptions could not be listed, so they could not be restored');
    await note({ entry: 'subscriptions', at: now(), product, rows: rows ?? null });
  };

  return {
    ...admin,
    finish: async () => {
      await record.close();
      return failure;
    },
    createProduct: async (product, pause) => {
      const { fields } = product;
      const target = { action: 'create', product: null, name: fields.name, fields } as const;
      return write(target, {
        send: () => admin.createProduct(product, pause),
        idOf: ({ id }) => id,
        mustSend: false,
      });
    },
    updateProduct: async (base, fields, again) => {
      if (unpublishes(base, fields)) await noteSubscriptions(base.id);
      const target = { action: 'update', product: base.id, name: base.fields.name, fields } as const;
      return write(target, {
        send: () => admin.updateProduct(base, fields, again),
        idOf: () => base.id,
        mustSend: base.fields.status === 'draft',
      });
    },
    deleteProduct: async (id, again) => {
      await noteSubscriptions(id);
      const target = { action: 'delete', product: id, name: '', fields: {} } as const;
      return write(target, { send: () => admin.deleteProduct(id, again), idOf: () => id, mustSend: false });
    },
  };
}

interface Sending<Result> {
  readonly send: () => Promise<Result>;
  readonly idOf: (result: Result) => string;
  /** Whether to send the write even if it cannot be recorded. */
  readonly mustSend: boolean;
}

function unpublishes(base: LiveProduct, fields: PartialFields): boolean {
  return base.fields.status === 'published' && fields.status === 'draft';
}

function notRecorded(name: string, cause: unknown): OperationalError {
  const why = messageOf(cause);
  const product = name === '' ? 'the product' : `"${name}"`;
  return new OperationalError(`the record could not be continued, so ${product} was not written: ${why}`, {
    cause,
  });
}
