import type { Report } from './report.ts';

export const BREAKING_TITLE = 'Published OpenAPI documents with breaking changes';

/** Why `diff` fails, in one line; none where it does not. */
export function failLines({
  exitCode,
  failedOn = [],
}: Partial<Pick<Report, 'exitCode' | 'failedOn'>>): readonly string[] {
  return failedOn.length === 0 ? [] : [`Exit code ${exitCode}: --fail-on ${failedOn.join(',')}.`];
}
