import { shellWord } from '../lib/shell-word.ts';
import type { Report } from './report.ts';
import type { Mark } from './words.ts';

/** What to run next, or to decide on, in one line; '' where all is done. */
export function nextText(report: Report, mark: Mark): string {
  if (report.plan === undefined || report.plan.steps.length === 0) return '';
  if (report.outcomes !== undefined) return afterRun(report, mark);
  if (report.refused !== undefined && report.refused.length > 0) return afterRefusal(report, mark);
  return report.command === 'diff' ? `Next: ${syncCommand(report, mark)} carries this out.` : '';
}

/** A saved plan holds what the files said when it was made, and no consent. */
function afterRefusal(report: Report, mark: Mark): string {
  const anew = report.planFile === undefined ? '' : ' and make the plan anew';
  const next = `change the files${anew}, or allow what is refused above`;
  return report.command === 'diff'
    ? `Next: ${next}; then ${syncCommand(report, mark)}.`
    : `Nothing was changed. Next: ${next}.`;
}

function afterRun({ outcomes = [], planFile }: Report, mark: Mark): string {
  if (outcomes.every(({ status }) => status === 'done')) return '';
  const first = outcomes.some(({ status }) => status === 'failed') ? 'look into what failed; then ' : '';
  return planFile === undefined
    ? `Next: ${first}the same command again does what is left.`
    : `Next: ${first}${mark.command('adc diff -o')} makes a new plan of what is left; a saved plan is carried out once.`;
}

function syncCommand({ planFile, consented }: Report, mark: Mark): string {
  if (planFile === undefined) return `${mark.command('adc sync')} with the same options`;
  const command = mark.code(`adc sync --plan ${shellWord(planFile)}`);
  return consented === true ? `${command} with the options that allow it` : command;
}
