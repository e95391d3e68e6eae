import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    isolate: false,
    // Much of a test is waiting: two workers pay also where there are two cores, where the default is one.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    testTimeout: 20_000,
    env: { NO_COLOR: '1' },
  },
});
