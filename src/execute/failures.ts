import { OperationalError } from '../model/errors.ts';

/** Another client changed the product since this run last read it, so adc did not overwrite it. */
export class ProductChanged extends OperationalError {
  override readonly name = 'ProductChanged';

  constructor(product: string, what: string) {
    super(`"${product}" changed after the plan was made: ${what}`, {
      hint: 'Run sync again: it makes a new plan.',
    });
  }
}

/** More subscriptions would end than allowed, so adc did not write the product (docs/design/contract.md §6). */
export class ConsentExceeded extends OperationalError {
  override readonly name = 'ConsentExceeded';

  constructor(product: string, why: string) {
    super(`"${product}" was not changed: ${why}`, {
      hint: 'Run adc diff again, then allow the loss with an allow: entry or a flag.',
    });
  }
}

/** A write changed fields that were not requested: the run stops (docs/design/contract.md §7). */
export class RunStopped extends OperationalError {
  override readonly name = 'RunStopped';
  readonly fields: readonly string[];

  constructor(product: string, fields: readonly string[]) {
    super(`after the write, "${product}" has unexpected values in: ${fields.join(', ')}`, {
      hint: 'The run stopped here. Check the product, then run adc diff.',
    });
    this.fields = fields;
  }
}

/** The server accepted the write, and the product could not be read afterwards. */
export class UnverifiedWrite extends OperationalError {
  override readonly name = 'UnverifiedWrite';

  constructor(product: string, why: string, cause?: unknown) {
    super(`"${product}" was written, but its state is unknown: ${why}`, { cause });
  }
}

/** For `catch`: throws only bugs, and ignores failures of the server and the network. */
export function unlessBug(error: unknown): undefined {
  if (!(error instanceof OperationalError)) throw error;
}
