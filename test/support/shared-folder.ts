import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';

let folder: string;

/** Creates a folder for files that are slow to build, shared by all test files of a run. */
export async function setup({ provide }: TestProject): Promise<void> {
  folder = await mkdtemp(join(tmpdir(), 'adc-tests-'));
  provide('shared', folder);
}

/** Removes the folder when the run ends. */
export async function teardown(): Promise<void> {
  await rm(folder, { recursive: true, force: true });
}

declare module 'vitest' {
  interface ProvidedContext {
    readonly shared: string;
  }
}
