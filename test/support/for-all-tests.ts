import { afterAll, beforeAll } from 'vitest';

/**
 * Opens something once for all tests of a block, and closes it after them. No test may change it.
 * @param open passes it to its callback, and closes it when the callback ends.
 * @returns a function that tests call to get it.
 */
export function forAllTests<Value>(
  open: (use: (value: Value) => Promise<void>) => Promise<void>,
): () => Value {
  const opened: Value[] = [];
  let close = (): void => undefined;
  let closed: Promise<void> = Promise.resolve();
  beforeAll(
    () =>
      new Promise<void>((resolve, reject) => {
        closed = open((value) => {
          opened.push(value);
          resolve();
          return new Promise((end) => (close = end));
        });
        closed.catch(reject);
      }),
  );
  afterAll(() => {
    close();
    return closed;
  });
  return () => opened[0]!;
}
