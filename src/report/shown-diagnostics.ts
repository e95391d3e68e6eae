import type { Diagnostic } from '../model/diagnostic.ts';
import { sortedDiagnostics } from '../model/sorted-diagnostics.ts';

/** Nobody reads more of them, and a small file can have any number. */
export const MOST_SHOWN = 200;
/** Programs get more than people. */
export const MOST_IN_JSON = 1000;

interface Shown {
  readonly all: readonly Diagnostic[];
  readonly shown: readonly Diagnostic[];
}

/** Diagnostics in order of their places, and those that a report has room for; errors are the last to be left out. */
export function shownDiagnostics(diagnostics: readonly Diagnostic[], most: number = MOST_SHOWN): Shown {
  const all = sortedDiagnostics(diagnostics);
  if (all.length <= most) return { all, shown: all };
  const bySeverity = (['error', 'warning', 'info'] as const).flatMap((severity) =>
    all.filter((one) => one.severity === severity),
  );
  const shown = new Set(bySeverity.slice(0, most));
  return { all, shown: all.filter((one) => shown.has(one)) };
}
