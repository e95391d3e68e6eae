import type { Diagnostic, Location } from '../model/diagnostic.ts';
import type { Json, JsonObject } from '../model/product.ts';
import { sortedDiagnostics } from '../model/sorted-diagnostics.ts';

/** Diagnostics as JSON output carries them (contract §3): the same facts as the text, without the lines of the files. */
export function diagnosticsJson(diagnostics: readonly Diagnostic[]): readonly JsonObject[] {
  return sortedDiagnostics(diagnostics).map(({ code, severity, message, hint, location, related }) => ({
    code,
    severity,
    message,
    ...(hint === undefined ? {} : { hint }),
    ...(location === undefined ? {} : { location: place(location) }),
    ...(related === undefined
      ? {}
      : { related: related.map((one): Json => ({ message: one.message, location: place(one.location) })) }),
  }));
}

function place({ file, line, column }: Location): JsonObject {
  return { file, line, column };
}
