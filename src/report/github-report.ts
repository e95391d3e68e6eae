import { printable } from '../lib/printable.ts';
import { diagnosticsGithub } from './diagnostics-github.ts';
import { impacts } from './impacts.ts';
import { leftOpen, leftOpenWords } from './left-open.ts';
import { failureText, hintsOf, outcomeSummary, stepName, withStatus } from './outcome-words.ts';
import { proposalText } from './proposal.ts';
import type { Report } from './report.ts';
import { summaryText } from './summary-text.ts';
import { hazardWords, PLAIN } from './words.ts';

type Level = 'error' | 'warning' | 'notice';

/**
 * A report as annotations of a GitHub workflow run: diagnostics at their place, then what `sync` refuses and what cuts
 * somebody off, then the counts. GitHub shows ten of each level a step, so that the gravest come first.
 */
export function githubReport(report: Report): string {
  const { diagnostics = [] } = report;
  return [diagnosticsGithub(diagnostics), ...refusedLines(report), ...planLines(report)].join('');
}

/** Each refusal with the entry that allows it. */
function refusedLines({ refused = [], consent }: Report): readonly string[] {
  return refused.map((hazard) => {
    const { text, way } = hazardWords(hazard, PLAIN);
    const { yaml, edits } = consent
      ? proposalText({ refused: [hazard], ...consent })
      : { yaml: [], edits: [] };
    const lines = [
      text,
      ...(yaml.length === 0 ? [] : ['To allow this, add to a product file:', ...yaml]),
      ...edits,
    ];
    return annotation('error', 'adc sync refuses this plan', [...lines, `Or: ${way}`].join('\n'));
  });
}

function planLines({ command, plan, outcomes }: Report): readonly string[] {
  if (plan === undefined) return [];
  const failed = withStatus(outcomes ?? [], 'failed').map((outcome) =>
    annotation(
      'error',
      'adc sync',
      [
        `could not ${stepName(outcome.step, PLAIN)}: ${printable(failureText(outcome))}`,
        ...hintsOf([outcome]).map((hint) => `hint: ${printable(hint)}`),
      ].join('\n'),
    ),
  );
  const open = leftOpen(plan, outcomes ?? []).map((one) =>
    annotation('error', 'adc sync', leftOpenWords(one, PLAIN)),
  );
  const felt = impacts(plan, PLAIN).map(({ product, loss, gap, services }) => {
    const lost = services.length === 0 ? '' : `\n${gap}: ${services.map(printable).join(', ')}`;
    return annotation('warning', 'Impact on subscribers', `${PLAIN.name(product)}: ${loss}${lost}`);
  });
  const counts = outcomes === undefined ? summaryText(plan.summary) : outcomeSummary(outcomes);
  return [...failed, ...open, ...felt, annotation('notice', `adc ${command}`, counts)];
}

/** A workflow command on a line of its own; titles here have neither colons nor commas. */
function annotation(level: Level, title: string, text: string): string {
  const data = text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
  return `::${level} title=${title}::${data}\n`;
}
