import { afterAll, describe, vi } from 'vitest';
import type * as workplaces from '../support/run-adc.ts';
import { runs } from '../support/runs.ts';

/*
 * Runs the tests of the command that applies a plan through the library, which has the same guarantees. With
 * `ADC_TEST_RUNS=2` or more, also runs the tests of the execution stage, which the command and the library share.
 */

vi.mock('../support/run-adc.ts', async (original) => {
  const real = await original<typeof workplaces>();
  const { throughLibrary } = await import('../support/sync-through-library.ts');
  return { ...real, atWorkplace: throughLibrary(real.atWorkplace) };
});

/** Test files share their modules: these tests need their own copies, and other tests must not get the mock. */
afterAll(() => void vi.resetModules());

describe('through the library', async () => {
  vi.resetModules();
  await import('./failed-steps.test.ts');
  await import('./interruption.test.ts');
  await import('./concurrent-clients.test.ts');
  if (runs(1).numRuns === 1) return;
  await import('./recover.test.ts');
  await import('./lost-responses.test.ts');
  await import('./replacement.test.ts');
  await import('./republish.test.ts');
});
