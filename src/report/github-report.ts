import { printable } from '../lib/printable.ts';
import type { Location, Diagnostic, Severity } from '../model/diagnostic.ts';
import type { Place } from '../model/directory.ts';
import type { Hazard } from '../model/plan.ts';
import { proposalText, remediesTitle } from './consent-text.ts';
import { countsText, shownDiagnostics } from './diagnostics-text.ts';
import { checkAnnotation } from './openapi-check.ts';
import { headlines, failureText, hintsOf, outcomeSummary, stepName, withStatus } from './outcome-words.ts';
import { blockTags, impacts, productBlocks } from './product-blocks.ts';
import type { Report } from './report.ts';
import { BREAKING_TITLE, plannedWords, summaryText } from './summary-text.ts';
import { actionsWords, hazardWords, PLAIN } from './words.ts';

type Level = 'error' | 'warning' | 'notice';

/**
 * A report as annotations of a GitHub workflow run: diagnostics at their place, then the refusals and the steps that
 * end subscriptions, then the counts. GitHub shows only ten annotations of each level, so the most serious come first.
 * @param fileOf returns the path of a file in the repository.
 */
export function githubReport(original: Report, fileOf: (file: string) => string = (file) => file): string {
  const report = withFilePaths(original, fileOf);
  const { diagnostics = [] } = report;
  return [
    diagnosticsGithub(diagnostics),
    ...refusedLines(report),
    ...breakingLines(report),
    ...planLines(report),
    ...stepLines(report),
    ...checkLines(report, fileOf),
  ].join('');
}

/** The report with every file name replaced by the result of `fileOf`. */
function withFilePaths(report: Report, fileOf: (file: string) => string): Report {
  const renamed = <At extends Place>(location: At): At => ({ ...location, file: fileOf(location.file) });
  const { diagnostics = [], place, plan } = report;
  const planned = plan?.planned.map((one) => ({
    ...one,
    declared: renamed(one.declared),
    linked: renamed(one.linked),
  }));
  return {
    ...report,
    ...(plan && planned && { plan: { ...plan, planned } }),
    diagnostics: diagnostics.map((one) => ({
      ...one,
      ...(one.location && { location: renamed(one.location) }),
      ...(one.related && {
        related: one.related.map((other) => ({ ...other, location: renamed(other.location) })),
      }),
    })),
    place: (product) => {
      const location = place?.(product);
      return location && renamed(location);
    },
  };
}

/** Each refusal with the entry that allows it, at the line of each of its declared products. */
function refusedLines({ refused = [], breaking = [], consent, place }: Report): readonly string[] {
  return refused.flatMap((hazard) => {
    const { text, remedy } = hazardWords(hazard, PLAIN);
    const lines = [
      text,
      ...proposalLines({ refused, breaking, consent }, { refused: [hazard] }),
      `${remediesTitle({ refused: [hazard], consent })} ${remedy}`,
    ];
    const places = productsOf(hazard).flatMap((product) => place?.(product) ?? []);
    const all: readonly (Location | undefined)[] = places.length === 0 ? [undefined] : places;
    return all.map((at) => annotation('error', 'adc sync refuses this plan', lines.join('\n'), at));
  });
}

/** Each published document that breaks callers, with the entry that allows it, at its product. */
function breakingLines({ refused = [], breaking = [], consent, place }: Report): readonly string[] {
  return breaking.map((product) => {
    const proposal = proposalLines({ refused, breaking, consent }, { breaking: [product] });
    const lines = [PLAIN.name(product.name), ...proposal];
    const at = [product.name, ...product.names].flatMap((name) => place?.(name) ?? [])[0];
    return annotation('error', BREAKING_TITLE, lines.join('\n'), at);
  });
}

type Refusals = Parameters<typeof proposalText>[0];

/** The entries of `all` for the products of `of`. */
function proposalLines(all: Refusals, of: Refusals): readonly string[] {
  const { yaml, edits, addTitle, editTitle } = proposalText(all, of);
  return [
    ...(yaml.length === 0 ? [] : [`${addTitle}:`, ...yaml]),
    ...(edits.length === 0 ? [] : [`${editTitle}:`, ...edits]),
  ];
}

function productsOf(hazard: Hazard): readonly string[] {
  if (hazard.code === 'looks-like-rename') return [hazard.to];
  if ('products' in hazard) return hazard.products.map(({ name }) => name);
  if (!('product' in hazard)) return [];
  return typeof hazard.product === 'string'
    ? [hazard.product]
    : [...new Set([hazard.product.name, ...hazard.product.names])];
}

/** The steps of each declared product, at its line. */
function stepLines({ command, plan, outcomes, place }: Report): readonly string[] {
  if (plan === undefined || outcomes !== undefined) return [];
  return productBlocks(plan).flatMap((block) => {
    const at = place?.(block.name);
    if (at === undefined) return [];
    const text = [`${PLAIN.name(block.name)}: ${actionsWords(block.steps)}`, ...blockTags(block)].join('; ');
    return [annotation('notice', `adc ${command}`, text, at)];
  });
}

function planLines({
  hidesImpact = false,
  command,
  plan,
  outcomes,
  planFile,
  place,
}: Report): readonly string[] {
  if (plan === undefined) return [];
  const failed = withStatus(outcomes ?? [], 'failed').map((outcome) =>
    annotation(
      'error',
      'adc sync',
      [
        `could not ${stepName(outcome.step, PLAIN)}: ${printable(failureText(outcome))}`,
        ...hintsOf([outcome]).map((hint) => `hint: ${printable(hint)}`),
      ].join('\n'),
      place?.(outcome.step.product.name),
    ),
  );
  const urgent = headlines(plan, outcomes ?? [], planFile, PLAIN).map(({ title, open, next }) =>
    annotation('error', 'adc sync', [title, ...(open === '' ? [] : [open]), `Next: ${next}.`].join('\n')),
  );
  const impact = (hidesImpact ? [] : impacts(plan, PLAIN)).map(
    ({ product, loss, subscribers, gap, services }) => {
      const lost = services.length === 0 ? '' : `\n${services.map(printable).join(', ')} ${gap}`;
      const named = subscribers === '' ? '' : `\nsubscribers: ${subscribers}`;
      const text = `${PLAIN.name(product)}: ${loss}${named}${lost}`;
      return annotation('warning', 'Impact on subscribers', text, place?.(product));
    },
  );
  const counts = outcomes === undefined ? summaryText(plan) : outcomeSummary(plan, outcomes);
  const planned = plan.planned.map((one) =>
    annotation('notice', 'Planned service', plannedWords(one, PLAIN), one.linked),
  );
  return [...urgent, ...failed, ...impact, ...planned, annotation('notice', `adc ${command}`, counts)];
}

function checkLines(
  { command, check, consent }: Report,
  fileOf: (file: string) => string,
): readonly string[] {
  if (check === undefined) return [];
  const { level, text, at } = checkAnnotation(check, consent);
  return [annotation(level, `adc ${command}`, text, { ...at, file: fileOf(at.file) })];
}

/** A workflow command on one line. The titles in this file need no escaping. */
function annotation(level: Level, title: string, text: string, at?: Location): string {
  const properties = [...placeProperties(at).map(propertyText), `title=${title}`];
  return `::${level} ${properties.join(',')}::${escapedData(text)}\n`;
}

/** Diagnostics as annotations, one line each, and at the end the counts; empty without diagnostics. */
export function diagnosticsGithub(diagnostics: readonly Diagnostic[]): string {
  if (diagnostics.length === 0) return '';
  const { all, shown } = shownDiagnostics(diagnostics);
  return [...shown.map(diagnosticLine), countsText(all, shown.length)].map((line) => `${line}\n`).join('');
}

const COMMANDS: Readonly<Record<Severity, string>> = { error: 'error', warning: 'warning', info: 'notice' };

function diagnosticLine({ code, severity, message, hint, location, related = [] }: Diagnostic): string {
  const properties = [...placeProperties(location), ['title', code]].map(propertyText);
  const notes = related.map((one) => `${one.message}: ${one.location.file}:${one.location.line}`);
  const text = [message, ...notes, ...(hint === undefined ? [] : [hint])].map(printable).join('\n');
  return `::${COMMANDS[severity]} ${properties.join(',')}::${escapedData(text)}`;
}

function propertyText([name = '', value = '']: readonly string[]): string {
  return `${name}=${escapedProperty(value)}`;
}

/** Lines and columns of GitHub start at 1. The end column is the one after the last character. */
function placeProperties(location: Location | undefined): readonly (readonly string[])[] {
  if (location === undefined) return [];
  const { file, line, column, length } = location;
  const end = length === undefined ? [] : [['endColumn', String(column + length)]];
  return [['file', printable(file)], ['line', String(line)], ['col', String(column)], ...end];
}

/** Escapes the special characters of workflow commands. */
function escapedData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapedProperty(text: string): string {
  return escapedData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
