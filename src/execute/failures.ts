import { OperationalError } from '../model/errors.ts';

/** Somebody else changed the product since this run last saw it: nothing was written over that. */
export class ProductMoved extends OperationalError {
  override readonly name = 'ProductMoved';

  constructor(product: string, what: string) {
    super(`"${product}" is not as it was planned for: ${what}`, { hint: 'Run sync again: it plans afresh.' });
  }
}

/** More subscriptions would end than was allowed: nothing was written to the product (contract §6). */
export class ConsentExceeded extends OperationalError {
  override readonly name = 'ConsentExceeded';

  constructor(product: string, why: string) {
    super(`"${product}" was left alone: ${why}`, {
      hint: 'Look at adc diff again, then allow the loss by its flag.',
    });
  }
}

/** A write moved something that nobody asked for: the run stops (contract §7). */
export class RunStopped extends OperationalError {
  override readonly name = 'RunStopped';
  readonly fields: readonly string[];

  constructor(product: string, fields: readonly string[]) {
    super(`after the write, "${product}" is not what was asked for in: ${fields.join(', ')}`, {
      hint: 'The run stopped here; look at the product, then run adc diff.',
    });
    this.fields = fields;
  }
}

/** The server took the write, and what became of the product could not be seen. */
export class Unchecked extends OperationalError {
  override readonly name = 'Unchecked';

  constructor(product: string, why: string, cause?: unknown) {
    super(`"${product}" was written, but what became of it is not known: ${why}`, { cause });
  }
}
