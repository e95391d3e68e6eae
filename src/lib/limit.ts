/** Runs a task as soon as there is room, and gives what it gives. */
export type Limit = <Result>(task: () => Promise<Result>) => Promise<Result>;

/** Lets at most `atMost` tasks run at a time; the others wait their turn, first come, first served. */
export function limit(atMost: number): Limit {
  const waiting: (() => void)[] = [];
  let running = 0;

  const enter = async (): Promise<void> => {
    if (running < atMost) running += 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
  };
  // Whoever leaves hands the place over, so that nobody who comes in between can take it.
  const leave = (): void => {
    const next = waiting.shift();
    if (next) next();
    else running -= 1;
  };

  return async (task) => {
    await enter();
    try {
      return await task();
    } finally {
      leave();
    }
  };
}
