import { githubReport } from '../report/github-report.ts';
import { jsonReport } from '../report/json-report.ts';
import { markdownReport } from '../report/markdown-report.ts';
import type { Page } from '../report/page.ts';
import type { Report } from '../report/report.ts';
import { textReport } from '../report/text-report.ts';
import type { Format } from './io.ts';

export { planText } from '../report/text-report.ts';

/** A report in a format, by one pure function each; in `text` diagnostics are not part of the answer. */
export function rendered(
  report: Report,
  format: Format,
  page: Page,
  fileOf?: (file: string) => string,
): string {
  switch (format) {
    case 'text':
      return textReport(report, page);
    case 'json':
      return jsonReport(report);
    case 'markdown':
      return markdownReport(report);
    case 'github':
      return githubReport(report, fileOf) + textReport(report, page);
  }
}
