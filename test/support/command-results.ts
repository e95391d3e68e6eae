import { expect } from 'vitest';
import type { Ran, Workplace } from './run-adc.ts';

/** The keys of JSON output that tests use. */
export interface Report {
  readonly format: string;
  readonly format_version: number;
  readonly exit_code: number;
  readonly diagnostics: readonly {
    readonly code: string;
    readonly message: string;
    readonly hint?: string;
    readonly location?: { readonly file: string; readonly line: number; readonly column: number };
  }[];
  readonly failed_on?: readonly string[];
  readonly allow?: readonly Readonly<Record<string, unknown>>[];
  readonly refused?: readonly { readonly code: string }[];
  readonly summary?: Readonly<Record<string, unknown>>;
  readonly steps?: readonly { readonly id: string; readonly action: string }[];
  readonly outcomes?: readonly { readonly step: string; readonly status: string; readonly error?: string }[];
}

/**
 * Runs a command with `--format json`. Standard output must be one document, even if the command fails
 * (docs/design/contract.md §3.2).
 */
export async function report(place: Workplace, line: string): Promise<Report> {
  const { exitCode, out } = await place.adc(`${line} --format json`);
  const document = JSON.parse(out) as Report;
  expect(document).toMatchObject({
    format: `adc/${line.split(' ')[0]}`,
    format_version: 1,
    exit_code: exitCode,
  });
  return document;
}

/** The output has no stack trace and no bug report. */
export function expectNoStackTrace({ out, err }: Ran): void {
  expect(`${out}${err}`).not.toMatch(/^\s+at .+:\d+:\d+|bug in adc/m);
}

/** Runs a command that must end with the exit code and send no write. */
export async function expectNothingWritten(place: Workplace, line: string, exitCode: number): Promise<Ran> {
  place.emulator.journal.clear();
  const ran = await place.adc(line);
  expect({ line, ...ran }).toMatchObject({ line, exitCode });
  expect(place.emulator.journal.writes()).toEqual([]);
  expectNoStackTrace(ran);
  return ran;
}
