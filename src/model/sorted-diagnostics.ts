import { compareStrings } from '../lib/sorted-by.ts';
import type { Diagnostic, Location } from './diagnostic.ts';

/** Diagnostics by file, line and column, those without a place first; what is said twice of one place is said once. */
export function sortedDiagnostics(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const seen = new Map(diagnostics.map((one) => [identity(one), one]));
  return [...seen.values()].toSorted(byPlace);
}

function identity({ code, message, location }: Diagnostic): string {
  return JSON.stringify([code, message, location?.file, location?.line, location?.column]);
}

function byPlace(a: Diagnostic, b: Diagnostic): number {
  const [one, other] = [a.location ?? NOWHERE, b.location ?? NOWHERE];
  return (
    compareStrings(one.file, other.file) ||
    one.line - other.line ||
    one.column - other.column ||
    compareStrings(a.code, b.code) ||
    compareStrings(a.message, b.message)
  );
}

const NOWHERE: Location = { file: '', line: 0, column: 0 };
