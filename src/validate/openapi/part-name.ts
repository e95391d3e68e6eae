import type { Path } from '../../model/declared.ts';

/** The methods of the Path Item Object, in every version of OpenAPI. */
export const METHODS: ReadonlySet<string> = new Set([
  'get',
  'put',
  'post',
  'delete',
  'options',
  'head',
  'patch',
  'trace',
  'query',
]);

/** A part of an OpenAPI document in messages: `GET /pets: "responses.200"`, `"components.schemas.Pet"`. */
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

/** Longer ways are shown by their end; the place says the rest. */
const LONGEST = 6;

function quotedPath(path: Path): string {
  const steps = path.slice(-LONGEST).map((step, index) => spelled(step, index === 0));
  return `"${path.length > LONGEST ? '…' : ''}${steps.join('')}"`;
}

function spelled(step: string | number, first: boolean): string {
  if (/^\d+$/.test(String(step)) && Number(step) < 100) return `[${step}]`;
  return first ? String(step) : `.${step}`;
}
