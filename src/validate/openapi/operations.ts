import { type Value, isObject, itemsOf, textAt, valueAt } from '../../json/value.ts';
import { nearest } from '../../lib/nearest.ts';
import type { Path } from '../../model/declared.ts';
import type { Json, JsonObject } from '../../model/product.ts';
import { METHODS } from '../../openapi/operations.ts';
import type { Follow } from '../../openapi/references.ts';
import { type Finding, type OpenapiVersion, MAX_FINDINGS } from './finding.ts';

export interface Operation {
  /** `/pets/{id}` */
  readonly route: string;
  readonly value: JsonObject;
  /** The Path Item of the operation. */
  readonly item: JsonObject;
  readonly path: Path;
  /** `GET /pets/{id}` */
  readonly title: string;
}

/** Problems of operations: duplicate operationIds, and path parameters that do not match the path. */
export function operationFindings(document: JsonObject, follow: Follow): readonly Finding[] {
  const operations = operationsOf(document);
  return [
    ...duplicateIds(operations),
    ...operations.flatMap((operation) => pathParameterFindings(follow, operation)),
  ];
}

/** The operations of the paths in the document itself. */
export function operationsOf(document: JsonObject): readonly Operation[] {
  const paths = document['paths'];
  return Object.entries(isObject(paths) ? paths : {}).flatMap(([route, item]) =>
    isObject(item) && route.startsWith('/') ? inPathItem(route, item) : [],
  );
}

function inPathItem(route: string, item: JsonObject): readonly Operation[] {
  return Object.entries(item).flatMap(([method, value]) => {
    if (!METHODS.has(method) || !isObject(value)) return [];
    const title = `${method.toUpperCase()} ${route}`;
    return [{ route, value, item, path: ['paths', route, method], title }];
  });
}

function duplicateIds(operations: readonly Operation[]): readonly Finding[] {
  const firsts = new Map<string, Operation>();
  return operations.flatMap((operation) => {
    const id = operation.value['operationId'];
    if (typeof id !== 'string') return [];
    const first = firsts.get(id);
    if (first === undefined) firsts.set(id, operation);
    return first === undefined ? [] : [duplicateId(id, operation, first)];
  });
}

function duplicateId(id: string, operation: Operation, first: Operation): Finding {
  return {
    code: 'openapi-duplicate-operation',
    path: [...operation.path, 'operationId'],
    message: `${operation.title} has the operationId "${id}" of ${first.title}`,
    hint: 'Give each operation its own id: pages and clients tell operations apart by it.',
    related: { message: 'first defined here', path: [...first.path, 'operationId'] },
  };
}

/** Checks that each `{name}` of the path is declared, and that each declared path parameter is in the path. */
function pathParameterFindings(follow: Follow, operation: Operation): readonly Finding[] {
  const declared = pathParameters(follow, operation);
  if (declared === undefined) return [];
  const inRoute = [...new Set(operation.route.match(/\{[^{}]+\}/g))].map((part) => part.slice(1, -1));
  if (declared.length === 0 && inRoute.length === 0) return [];
  const names = new Set(declared.map(({ name }) => name));
  const used = new Set(inRoute.flatMap(possibleNames));
  const missing = inRoute.filter((name) => !possibleNames(name).some((one) => names.has(one)));
  return [
    ...missing.map((name) => undeclared(name, operation)),
    ...declared.filter(({ name }) => !used.has(name)).map((one) => unused(one, operation, missing)),
  ];
}

/**
 * The parameter names that a placeholder may stand for: some gateways write `{proxy+}`, `{path*}` and `{id:[0-9]+}` for
 * `proxy`, `path` and `id`.
 */
function possibleNames(placeholder: string): readonly string[] {
  return [placeholder, placeholder.replace(/[+*]$|:.*$/, '')];
}

interface PathParameter {
  readonly name: string;
  readonly path: Path;
}

/** The declared path parameters of an operation; undefined if a reference to one cannot be resolved. */
function pathParameters(follow: Follow, operation: Operation): readonly PathParameter[] | undefined {
  const { path, item, value } = operation;
  if (textAt(item, '$ref') !== undefined) return undefined;
  const own = pathParametersOf(follow, value, path);
  const shared = pathParametersOf(follow, item, path.slice(0, 2));
  return own && shared && [...shared, ...own];
}

/** The path parameters that a Path Item or an operation declares itself. */
function pathParametersOf(
  follow: Follow,
  parent: JsonObject,
  path: Path,
): readonly PathParameter[] | undefined {
  const found: PathParameter[] = [];
  for (const [index, written] of itemsOf(parent['parameters']).entries()) {
    const parameter = parameterOf(follow, written);
    if (parameter === undefined) return undefined;
    const name = valueAt(parameter, ['name']);
    if (valueAt(parameter, ['in']) !== 'path' || typeof name !== 'string') continue;
    found.push({ name, path: [...path, 'parameters', index] });
  }
  return found;
}

function parameterOf(follow: Follow, written: Json): Value | undefined {
  const reference = textAt(written, '$ref');
  if (reference === undefined) return written;
  const target = follow(reference);
  return 'part' in target ? target.part : undefined;
}

function undeclared(name: string, { path, title }: Operation): Finding {
  return {
    code: 'openapi-path-parameter',
    path,
    part: 'key',
    message: `${title} does not declare the path parameter "${name}"`,
    hint: `Add a parameter with name: ${name}, in: path and required: true.`,
  };
}

/** @param undeclaredNames names in the path without a declaration. */
function unused(
  { name, path }: PathParameter,
  { route }: Operation,
  undeclaredNames: readonly string[],
): Finding {
  const near = nearest(name, undeclaredNames);
  return {
    code: 'openapi-path-parameter',
    path,
    message: `the path parameter "${name}" is not in the path "${route}"`,
    hint:
      near === undefined
        ? `Write {${name}} into the path, or remove the parameter.`
        : `Did you mean "${near}"?`,
  };
}

/** The path of the security schemes in each version. */
const SCHEMES: Readonly<Record<OpenapiVersion, Path>> = {
  '2.0': ['securityDefinitions'],
  '3.0': ['components', 'securitySchemes'],
  '3.1': ['components', 'securitySchemes'],
  '3.2': ['components', 'securitySchemes'],
};

/** Errors for security schemes without a definition, each at the first use of the scheme. */
export function securityFindings(document: JsonObject, version: OpenapiVersion): readonly Finding[] {
  const defined = valueAt(document, SCHEMES[version]);
  const names = isObject(defined) ? Object.keys(defined) : [];
  const known = new Set(names);
  return [...firstUses(document)]
    .filter(([name]) => !known.has(name) && !(version === '3.2' && isAddress(name)))
    .map(([name, path], index) => {
      const near = index < MAX_FINDINGS ? nearest(name, names.slice(0, MAX_NAMES)) : undefined;
      return undefinedScheme(name, path, near, SCHEMES[version]);
    });
}

/** Maximum number of names that adc compares for a hint. */
const MAX_NAMES = 2_000;

/** The first use of each scheme. */
function firstUses(document: JsonObject): ReadonlyMap<string, Path> {
  const parts: readonly Pick<Operation, 'value' | 'path'>[] = [
    { value: document, path: [] },
    ...operationsOf(document),
  ];
  const uses = parts.flatMap(({ value, path }) =>
    itemsOf(value['security']).flatMap((requirement, index) =>
      (isObject(requirement) ? Object.keys(requirement) : []).map(
        (name) => [name, [...path, 'security', index, name]] as const,
      ),
    ),
  );
  return new Map(uses.toReversed());
}

/** Since 3.2, a scheme may be in another document. */
const isAddress = (name: string): boolean => /[/#]/.test(name);

function undefinedScheme(name: string, path: Path, near: string | undefined, place: Path): Finding {
  return {
    code: 'openapi-unknown-security',
    path,
    part: 'key',
    message: `the security scheme "${name}" is not defined`,
    hint: near === undefined ? `Define it in ${place.join('.')}.` : `Did you mean "${near}"?`,
  };
}
