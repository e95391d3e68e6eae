import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    // CommonJS is imported as Node.js imports it.
    deps: { interopDefault: false },
    include: ['test/**/*.test.ts'],
    globalSetup: 'test/support/shared-folder.ts',
    isolate: false,
    // Keeps transformed modules in node_modules for the next run, by their content.
    experimental: { fsModuleCache: true },
    // Tests wait for processes, servers and a browser: four workers pay on two cores.
    maxWorkers: Math.max(4, availableParallelism()),
    // Only a hanging test reaches this: tests of several processes are slow on a busy machine.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    env: { NO_COLOR: '1' },
    coverage: {
      include: ['src/**/*.ts'],
      exclude: ['src/generated/**'],
      reporter: ['text-summary', 'html'],
      thresholds: {
        'src/{plan,execute,diff}/**': { lines: 85, functions: 85, branches: 80 },
        'src/api/library.ts': { lines: 90, functions: 70 },
      },
    },
  },
});
