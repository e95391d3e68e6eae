/** A write or a reading that the server refuses: becomes the status and the error text of the answer. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** Returns the thing, or refuses with 404 as for an unknown id. */
export function found<Thing>(thing: Thing | undefined, what: string, id: string): Thing {
  if (thing === undefined) throw new Refusal(404, `${what} ${id} not found`);
  return thing;
}

export function refuse(message: string): never {
  throw new Refusal(400, message);
}
