import { afterAll, describe, vi } from 'vitest';
import type * as workplaces from '../support/run-adc.ts';

/* What the command guarantees while it applies a plan, the library guarantees: the same tests, run through the library. */

vi.mock('../support/run-adc.ts', async (original) => {
  const real = await original<typeof workplaces>();
  const { throughLibrary } = await import('../support/library-door.ts');
  return { ...real, atWorkplace: throughLibrary(real.atWorkplace) };
});

/** Test files share their modules: neither must these tests find those of others, nor others the mock. */
afterAll(() => void vi.resetModules());

describe('through the library', async () => {
  vi.resetModules();
  await import('./come-back.test.ts');
  await import('./failed-steps.test.ts');
  await import('./interruption.test.ts');
  await import('./lost-answers.test.ts');
  await import('./meanwhile.test.ts');
  await import('./replacement.test.ts');
  await import('./republish.test.ts');
});
