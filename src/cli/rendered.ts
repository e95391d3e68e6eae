import { githubReport } from '../report/github-report.ts';
import { jsonReport } from '../report/json-report.ts';
import { markdownReport } from '../report/markdown-report.ts';
import type { Page } from '../report/page.ts';
import type { Report } from '../report/report.ts';
import { textReport } from '../report/text-report.ts';
import type { Format } from './io.ts';

export { planText } from '../report/text-report.ts';

type Renderer = (report: Report, page: Page, fileOf?: (file: string) => string) => string;

/** The renderer of a format. The HTML renderer is loaded only if requested. */
export async function rendererOf(format: Format): Promise<Renderer> {
  if (format === 'html') return (await import('../report/html-report.ts')).htmlReport;
  return (report, page, fileOf) => rendered(report, format, page, fileOf);
}

/** A report in a format. In `text`, diagnostics are not part of the result. */
export function rendered(
  report: Report,
  format: Exclude<Format, 'html'>,
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
