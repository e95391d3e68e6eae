import { shellWord } from '../lib/shell-word.ts';
import type { Report } from './report.ts';
import type { Mark } from './words.ts';

/** What to run next, or to decide on, in one line; '' where all is done. */
export function nextText(report: Report, mark: Mark): string {
  if (report.plan === undefined || report.plan.steps.length === 0) return '';
  if (report.outcomes !== undefined) return afterRun(report, mark);
  if (report.refused !== undefined && report.refused.length > 0) return afterRefusal(report, mark);
  return report.command === 'diff' ? `Next: run ${syncCommand(report, mark)}.` : '';
}

/** A saved plan holds what the files said when it was made, and no consent. */
function afterRefusal(report: Report, mark: Mark): string {
  const newPlan = report.planFile === undefined ? '' : ' and save a new plan';
  const next = `change the files${newPlan}, or allow what sync refuses`;
  return report.command === 'diff'
    ? `Next: ${next}, then run ${syncCommand(report, mark)}.`
    : `Nothing was changed. Next: ${next}.`;
}

function afterRun({ outcomes = [], planFile }: Report, mark: Mark): string {
  if (outcomes.every(({ status }) => status === 'done')) return '';
  const first = outcomes.some(({ status }) => status === 'failed') ? 'fix what failed, then ' : '';
  return planFile === undefined
    ? `Next: ${first}run the same command again to finish.`
    : `Next: ${first}make a new plan with ${mark.command('adc diff -o')}: a saved plan can be applied once.`;
}

function syncCommand({ planFile, consented, oneOfEnvironments: name }: Report, mark: Mark): string {
  if (planFile === undefined && name !== undefined)
    return `${mark.command(`adc sync --env ${name}`)} with the same other options`;
  if (planFile === undefined) return `${mark.command('adc sync')} with the same options`;
  const command = mark.code(`adc sync --plan ${shellWord(planFile)}`);
  return consented === true ? `${command} with the options that allow it` : command;
}
