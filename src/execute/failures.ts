import { OperationalError } from '../model/errors.ts';

/** The product is not the one that the plan was made for: nothing was written to it. */
export class ProductMoved extends OperationalError {
  override readonly name = 'ProductMoved';

  constructor(product: string, what: string) {
    super(`"${product}" is not as it was planned for: ${what}`, { hint: 'run sync again: it plans afresh' });
  }
}

/** More subscriptions would end than was allowed: nothing was written to the product (contract §6). */
export class ConsentExceeded extends OperationalError {
  override readonly name = 'ConsentExceeded';

  constructor(product: string, why: string) {
    super(`"${product}" was left alone: ${why}`, {
      hint: 'look at adc diff again, then allow the loss by its flag',
    });
  }
}

/** A write moved something that nobody asked for: the run stops (contract §7). */
export class RunStopped extends OperationalError {
  override readonly name = 'RunStopped';

  constructor(product: string, fields: readonly string[]) {
    super(`after the write, "${product}" is not what was asked for in: ${fields.join(', ')}`, {
      hint: 'the run stopped here; look at the product, then run adc diff',
    });
  }
}
