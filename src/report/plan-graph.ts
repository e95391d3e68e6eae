import type { Plan, Step } from '../model/plan.ts';
import { ACTION_WORDS } from './words.ts';

/**
 * The graph of a plan as a Mermaid flowchart, which GitHub and GitLab draw: the steps of each product in a box, and
 * an arrow from each step to those that wait for it, with the reason.
 */
export function planGraph({ steps, waits }: Pick<Plan, 'steps' | 'waits'>): string {
  const reasons = new Map<string, string[]>();
  for (const { step, after, service } of waits) {
    const edge = `${after}>${step}`;
    reasons.set(edge, [...(reasons.get(edge) ?? []), reasonWords(service)]);
  }
  const lines = steps.flatMap((step) => [
    nodeLine(step),
    ...step.after.map((after) => edgeLine(after, step, reasons)),
  ]);
  return ['flowchart LR', ...lines.map((line) => `  ${line}`), ''].join('\n');
}

function nodeLine({ id, action, product }: Step): string {
  return `${id}["${id}. ${ACTION_WORDS[action].would} ${escaped(product.name)}"]`;
}

function edgeLine(after: string, step: Step, reasons: ReadonlyMap<string, readonly string[]>): string {
  const why = reasons.get(`${after}>${step.id}`) ?? [lastWords(step)];
  return `${after} -->|"${why.filter(Boolean).join(', ')}"| ${step.id}`.replace('|""| ', '');
}

function reasonWords(service: string | undefined): string {
  return service === undefined ? 'same product' : `frees ${escaped(service)}`;
}

/** The label of an edge without a reason: the order within a chain, or a delete that comes last. */
function lastWords({ action, chain, id }: Step): string {
  return action === 'delete' && chain === id ? 'deletes come last' : '';
}

/** Escapes special characters as entities, which Mermaid decodes in quoted labels. */
function escaped(text: string): string {
  return text.replaceAll(/[^\p{L}\p{N} ./_-]/gu, (char) => `#${char.codePointAt(0)};`);
}
