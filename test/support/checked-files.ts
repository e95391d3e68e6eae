import { type Diagnostic, hasErrors, sortedDiagnostics } from '../../src/model/diagnostic.ts';
import type { Declared } from '../../src/model/declared.ts';
import { type SourceDocument, NO_RULES } from '../../src/model/document.ts';
import type { LoadInput } from '../../src/load/load.ts';
import { load } from '../../src/load/load.ts';
import { validate } from '../../src/validate/validate.ts';

/** The current day for entries of `allow:`. */
export const TODAY = '2026-11-30';

export interface CheckedFiles {
  readonly declared: Declared | undefined;
  readonly documents: readonly SourceDocument[];
  readonly diagnostics: readonly Diagnostic[];
  /** `code@file:line:column`, or only `code` without a place. */
  readonly codes: readonly string[];
}

/** Loads and validates files as `lint` does. */
export async function checkedFiles(
  input: Partial<LoadInput> & Pick<LoadInput, 'cwd'>,
): Promise<CheckedFiles> {
  const loaded = await load({ patterns: ['.'], env: {}, readStdin: noStdin, ...input });
  const { owner, environment, environments, today = TODAY } = input;
  const validated = await validate(loaded.readable, { ...NO_RULES, owner, environment, environments, today });
  const diagnostics = sortedDiagnostics([...loaded.diagnostics, ...validated.diagnostics]);
  return {
    declared: hasErrors(loaded.diagnostics) ? undefined : validated.value,
    documents: loaded.readable,
    diagnostics,
    codes: diagnostics.map(codeAtPlace),
  };
}

function codeAtPlace({ code, location }: Diagnostic): string {
  return location === undefined ? code : `${code}@${location.file}:${location.line}:${location.column}`;
}

async function noStdin(): Promise<Uint8Array> {
  throw new Error('standard input was read although no pattern names it');
}
