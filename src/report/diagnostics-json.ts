import type { Diagnostic, Location } from '../model/diagnostic.ts';
import type { Json, JsonObject } from '../model/product.ts';
import { MOST_IN_JSON, shownDiagnostics } from './shown-diagnostics.ts';

/**
 * Diagnostics as JSON output carries them (docs/design/contract.md §3): the same facts as the text, without the lines of the
 * files, and how many more there are if a report has no room for them.
 */
export function diagnosticsJson(diagnostics: readonly Diagnostic[]): JsonObject {
  const { all, shown } = shownDiagnostics(diagnostics, MOST_IN_JSON);
  const left = all.length - shown.length;
  return { diagnostics: shown.map(oneJson), ...(left > 0 && { diagnostics_left_out: left }) };
}

function oneJson({ code, severity, message, hint, location, related }: Diagnostic): JsonObject {
  return {
    code,
    severity,
    message,
    ...(hint === undefined ? {} : { hint }),
    ...(location === undefined ? {} : { location: place(location) }),
    ...(related === undefined
      ? {}
      : { related: related.map((one): Json => ({ message: one.message, location: place(one.location) })) }),
  };
}

function place({ file, line, column }: Location): JsonObject {
  return { file, line, column };
}
