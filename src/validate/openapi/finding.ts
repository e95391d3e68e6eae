import { METHODS } from '../../openapi/operations.ts';
import type { Locate, Path } from '../../model/declared.ts';
import { type DiagnosticCode, diagnostic, severityOf, type Diagnostic } from '../../model/diagnostic.ts';

export type OpenapiVersion = '2.0' | '3.0' | '3.1' | '3.2';

/** A problem in an OpenAPI document, without its place: finding the place is slower than finding the problem. */
export interface Finding {
  readonly code: DiagnosticCode;
  /** Path in the OpenAPI document. */
  readonly path: Path;
  /** The marked part (default: the value). */
  readonly part?: 'key' | 'value';
  readonly message: string;
  readonly hint: string;
  readonly related?: { readonly message: string; readonly path: Path };
}

/** Maximum number of shown findings: a text that is not OpenAPI has thousands. */
export const MOST_FINDINGS = 50;

/** Findings with their places, errors before warnings; only the first ones of very many, with a note about the rest. */
export function located(findings: readonly Finding[], locate: Locate): readonly Diagnostic[] {
  const errors = findings.filter(({ code }) => severityOf(code) === 'error');
  const others = findings.filter(({ code }) => severityOf(code) !== 'error');
  const shown = [...errors, ...others].slice(0, MOST_FINDINGS);
  const rest = findings.length - shown.length;
  return [...shown.map((one) => place(one, locate)), ...(rest > 0 ? [more(rest, locate)] : [])];
}

function place({ code, path, part, message, hint, related }: Finding, locate: Locate): Diagnostic {
  return diagnostic(code, {
    message,
    hint,
    location: locate(path, part),
    ...(related && { related: [{ message: related.message, location: locate(related.path) }] }),
  });
}

function more(rest: number, locate: Locate): Diagnostic {
  return diagnostic('openapi-more', {
    message: `${rest} more findings in this OpenAPI document are not shown`,
    hint: 'Correct the ones that are shown, then run adc lint again.',
    location: locate([]),
  });
}

/** The name of a part of an OpenAPI document in messages: `GET /pets: "responses.200"`, `"components.schemas.Pet"`. */
export function partName(path: Path): string {
  if (path.length === 0) return 'the OpenAPI document';
  const [top, route, method, ...rest] = path.map(String);
  if (top !== 'paths' || route === undefined) return quotedPath(path);
  if (method === undefined) return `the path "${route}"`;
  if (METHODS.has(method)) return inOperation(`${method.toUpperCase()} ${route}`, rest);
  return `${route}: ${quotedPath(path.slice(2))}`;
}

function inOperation(operation: string, rest: Path): string {
  return rest.length === 0 ? operation : `${operation}: ${quotedPath(rest)}`;
}

/** Maximum number of shown steps; a longer path is cut at its beginning. */
const LONGEST = 6;

function quotedPath(path: Path): string {
  const steps = path.slice(-LONGEST).map((step, index) => spelled(step, index === 0));
  return `"${path.length > LONGEST ? '…' : ''}${steps.join('')}"`;
}

function spelled(step: string | number, first: boolean): string {
  if (/^\d+$/.test(String(step)) && Number(step) < 100) return `[${step}]`;
  return first ? String(step) : `.${step}`;
}

/** Fields whose keys are names that people choose. */
export const NAMES: ReadonlySet<string> = new Set([
  '$defs',
  'callbacks',
  'content',
  'definitions',
  'dependentSchemas',
  'encoding',
  'examples',
  'headers',
  'links',
  'parameters',
  'pathItems',
  'paths',
  'patternProperties',
  'properties',
  'requestBodies',
  'responses',
  'schemas',
  'securityDefinitions',
  'securitySchemes',
  'variables',
  'webhooks',
]);
