import { listed, printable } from '../lib/printable.ts';
import type { Outcome, Hazard } from '../model/plan.ts';
import type { PageData, PageSource, PageWarning } from '../model/portal-view.ts';
import { impacts } from '../report/product-blocks.ts';
import { failureText, stepName, withStatus } from '../report/outcome-words.ts';
import { hazardWords, lossWords, plural, PLAIN } from '../report/words.ts';
import type { EndedOf, Preview } from './run-preview.ts';

/** The preview as the page shows it. */
export function pageSource(preview: Preview): PageSource {
  const { target, before, after, documents } = preview;
  const data: PageData = {
    portal: target.portal.name,
    notes: notesOf(preview),
    warnings: warningsOf(preview),
    before,
    after,
  };
  return { data: () => data, document: (id) => documents.get(id) };
}

/** What the preview shows beside the plan, for a terminal. */
export function previewText(preview: Preview): string {
  const { writes, ended, result } = preview;
  const each = [...writes].map(([product, count]) => `${PLAIN.name(product)} ${count}`);
  const all = [...writes.values()].reduce((sum, count) => sum + count, 0);
  const failed = withStatus(result.outcomes, 'failed').map(failureWords);
  const losses = ended.map((one) => `${PLAIN.name(one.product)}: ${endedWords(one)}`);
  const lines = [
    ...originWords(preview),
    runWords(preview),
    ...(all === 0 ? [] : [`Requests that wrote to the copy: ${all} (${listed(each, undefined)})`]),
    ...titled('Failed on the copy:', failed),
    ...titled('Subscriptions that ended on the copy:', losses),
    PROOF,
  ];
  return `\n${lines.join('\n')}\n`;
}

function titled(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : [title, ...lines.map((line) => `  ${line}`)];
}

/** Where the data is from, what the run on the copy did, and what it proves. */
function notesOf(preview: Preview): readonly string[] {
  return [...originWords(preview), runWords(preview), PROOF];
}

const PROOF =
  'This shows what the model of the Admin API in adc does. Your server can refuse a request that the model accepts.';

function originWords({ target, isCopy, plannedServices: planned }: Preview): readonly string[] {
  const name = PLAIN.name(target.portal.name);
  const services = listed(planned.map(printable), undefined);
  return [
    isCopy
      ? `Preview on a copy of the portal ${name} at ${printable(target.server)}. adc wrote nothing to the portal.`
      : `Preview on an empty portal ${name}: no server was given. It has the services that the files name.`,
    ...(planned.length === 0
      ? []
      : [`The copy has services that the gateway lacks and files of API7's ADC declare: ${services}.`]),
  ];
}

function runWords({ result, left }: Preview): string {
  if (result.refused.length > 0) return 'sync refuses this plan, so the copy is unchanged.';
  if (result.plan.steps.length === 0) return 'The files match: sync changes nothing.';
  if (left.length === 0) return 'The plan was applied to the copy. A second run changes nothing.';
  const steps = listed(
    left.map((step) => stepName(step, PLAIN)),
    undefined,
  );
  return `The plan was applied to the copy. A second run would still have ${plural(left.length, 'step')}: ${steps}.`;
}

const failureWords = (outcome: Outcome): string =>
  `could not ${stepName(outcome.step, PLAIN)}: ${printable(failureText(outcome))}`;

function endedWords({ active, pending, applications }: EndedOf): string {
  return `${lossWords({ active, pending, unknown: 0 })} (${listed(applications, undefined)})`;
}

/** Refusals first, then what the plan does to subscribers and callers, then failed steps. */
function warningsOf({ result }: Preview): readonly PageWarning[] {
  const { refused, plan, outcomes } = result;
  const refusals = refused.map((hazard): PageWarning => {
    const { text, remedy } = hazardWords(hazard, PLAIN);
    return {
      kind: 'refused',
      text: `${text}; ${remedy}`,
      products: productsOf(hazard),
    };
  });
  const isRefused = new Set(refusals.flatMap(({ products }) => products));
  const felt = impacts(plan, PLAIN).filter(({ product }) => !isRefused.has(product));
  const losses = new Map(felt.filter(({ loss }) => loss.includes(' ends ')).map((one) => [one.product, one]));
  return [
    ...refusals,
    ...[...losses.values()].map(({ product, loss }): PageWarning => ({
      kind: 'ends-subscriptions',
      text: `${PLAIN.name(product)}: ${loss}`,
      products: [product],
    })),
    ...felt
      .filter(({ services }) => services.length > 0)
      .map(({ product, services, gap }): PageWarning => ({
        kind: 'unauthenticated',
        text: `${services.map(PLAIN.name).join(', ')} ${gap}`,
        products: [product],
      })),
    ...withStatus(outcomes, 'failed').map((outcome): PageWarning => ({
      kind: 'other',
      text: failureWords(outcome),
      products: [outcome.step.product.name],
    })),
  ];
}

function productsOf(hazard: Hazard): readonly string[] {
  const subjects = 'products' in hazard ? hazard.products : 'product' in hazard ? [hazard.product] : [];
  return subjects.map((one) => (typeof one === 'string' ? one : one.name));
}
