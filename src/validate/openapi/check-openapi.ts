import type { ErrorObject, ValidateFunction } from 'ajv';
import { isObject, itemsOf, valueAt } from '../../json/value.ts';
import type { Locate } from '../../model/declared.ts';
import { type Diagnostic, type Location, diagnostic } from '../../model/diagnostic.ts';
import type { OpenapiSource, SourceText } from '../../model/document.ts';
import { textOf } from '../../model/long-text.ts';
import type { Json, JsonObject } from '../../model/product.ts';
import { readOpenapi } from '../../openapi/read-openapi.ts';
import { follower } from '../../openapi/references.ts';
import { sourceText, unixLines } from '../../yaml/source-text.ts';
import { type Finding, type OpenapiVersion, located } from './finding.ts';
import { operationFindings, securityFindings } from './operations.ts';
import { referenceFindings } from './references.ts';

/**
 * An OpenAPI document with the results of its check. Its value is not kept, since it needs several times the memory
 * of its text.
 */
export interface CheckedOpenapi extends OpenapiSource {
  /** Syntax errors. */
  readonly syntax: readonly Diagnostic[];
  /** Other diagnostics. */
  readonly findings: readonly Diagnostic[];
  /** Whether it has servers; also true for an unreadable document, which is already reported. */
  readonly namesServers: boolean;
}

/**
 * Checks an OpenAPI document: its syntax, the official schema of its version, and rules that no schema can express.
 * Errors are: a text that is not an OpenAPI document, a missing required part, and problems that break the page of the
 * document. Other findings are warnings. Places are inside the document. For an inline text that is not a block scalar,
 * all places are the field of the text, and the messages of syntax errors name the line.
 */
export async function checkOpenapi(openapi: OpenapiSource): Promise<CheckedOpenapi> {
  const { syntax, value, locate } = readDocument(openapi);
  return {
    ...openapi,
    syntax,
    findings: value === undefined ? [] : located(await findingsIn(value), locate),
    namesServers: value === undefined || namesServers(value),
  };
}

/** The errors of a text that adc cannot read as an OpenAPI document. */
export function unreadableOpenapi(openapi: OpenapiSource): readonly Diagnostic[] {
  const { syntax, value, locate } = readDocument(openapi);
  const findings = value === undefined || versionOf(value) !== undefined ? [] : [notOpenapi(value)];
  return [...syntax, ...located(findings, locate)];
}

interface ReadDocument {
  /** Syntax errors. */
  readonly syntax: readonly Diagnostic[];
  /** Null for an empty document; undefined for an unreadable one. */
  readonly value: Json | undefined;
  readonly locate: Locate;
}

function readDocument(openapi: OpenapiSource): ReadDocument {
  const { source, field } = locatedSource(openapi);
  const read = readOpenapi(source);
  const [document, ...others] = read.documents;
  const several = others.map((other) => severalDocuments(source.at(...other.rangeOf([]))));
  const isEmpty = document === undefined && read.diagnostics.length === 0;
  const value = isEmpty ? null : document?.value;
  const locate: Locate = (path, part) => field() ?? source.at(...(document?.rangeOf(path, part) ?? [0, 0]));
  return { syntax: [...read.diagnostics, ...several].map((one) => movedTo(field(), one)), value, locate };
}

/** The text of an OpenAPI document, with the places for its diagnostics. */
interface LocatedSource {
  readonly source: SourceText;
  /** The only place for all diagnostics; undefined if places in the text are places in a file. */
  readonly field: () => Location | undefined;
}

function locatedSource({ text, place }: OpenapiSource): LocatedSource {
  const unix = unixLines(textOf(text));
  if ('file' in place) return { source: sourceText(place.file, unix), field: () => undefined };
  let cache: { readonly block: SourceText | undefined } | undefined;
  const block = (): SourceText | undefined => (cache ??= { block: place.block() }).block;
  const inline = sourceText('', unix);
  return {
    source: { ...inline, at: (start, end) => (block() ?? inline).at(start, end) },
    field: () => (block() === undefined ? place.field() : undefined),
  };
}

function movedTo(field: Location | undefined, one: Diagnostic): Diagnostic {
  if (field === undefined) return one;
  const line = one.location?.line ?? 1;
  const { related: _, ...rest } = one;
  return { ...rest, message: `${one.message} (line ${line} of the OpenAPI document)`, location: field };
}

function severalDocuments(location: Location): Diagnostic {
  return diagnostic('several-documents', {
    message: 'an OpenAPI file must have one YAML document, and a second one begins here',
    hint: 'Put each document in its own file.',
    location,
  });
}

async function findingsIn(value: Json): Promise<readonly Finding[]> {
  const version = versionOf(value);
  if (isObject(value) && isObject(value['sops'])) return [ENCRYPTED];
  if (!isObject(value) || version === undefined) return [notOpenapi(value)];
  const follow = follower(value);
  return [
    ...(version === '3.2' ? [TOO_NEW] : []),
    ...(await schemaFindings(value, version)),
    ...referenceFindings(value, follow),
    ...operationFindings(value, follow),
    ...securityFindings(value, version),
  ];
}

const NO_MAPPING: Finding = {
  code: 'not-openapi',
  path: [],
  message: 'not an OpenAPI document: it is not a mapping',
  hint: 'Name an OpenAPI document.',
};

/** sops may encrypt only some values of a document. */
const ENCRYPTED: Finding = {
  code: 'not-openapi',
  path: ['sops'],
  message: 'the document is encrypted with sops',
  hint: 'Decrypt it first, for example with `sops -d`.',
};

/** The declared version of a document; undefined if adc does not support it. */
export function openapiVersion(document: JsonObject): OpenapiVersion | undefined {
  if (document['swagger'] === '2.0') return '2.0';
  const openapi = document['openapi'];
  const [, version] = typeof openapi === 'string' ? (/^(3\.[012])\.\d+(-.+)?$/.exec(openapi) ?? []) : [];
  return version === '3.0' || version === '3.1' || version === '3.2' ? version : undefined;
}

function versionOf(value: Json): OpenapiVersion | undefined {
  return isObject(value) ? openapiVersion(value) : undefined;
}

/** The error for a document without a supported version. */
function notOpenapi(document: Json): Finding {
  if (!isObject(document)) return NO_MAPPING;
  const key = ['openapi', 'swagger'].find((one) => Object.hasOwn(document, one));
  const problem =
    key === undefined
      ? 'not an OpenAPI document: it has neither "openapi" nor "swagger"'
      : `"${key}" ${typeof document[key] === 'string' ? 'is not a supported version' : 'must be text'}`;
  return {
    code: 'not-openapi',
    path: key === undefined ? [] : [key],
    message: problem,
    hint: 'Write openapi: "3.1.0", openapi: "3.0.3" or swagger: "2.0", in quotes.',
  };
}

/** The newest version that portals are known to show is 3.1. */
const TOO_NEW: Finding = {
  code: 'openapi-too-new',
  path: ['openapi'],
  message: 'portals may not show OpenAPI 3.2',
  hint: 'Write it as OpenAPI 3.1.',
};

/** The errors of a document by the official schema of its version, each once. */
async function schemaFindings(document: JsonObject, version: OpenapiVersion): Promise<readonly Finding[]> {
  if ((await checkerOf(version))(document)) return [];
  const [validate, { explainOpenapiError }] = await Promise.all([
    validatorOf(version),
    import('./explain-openapi-error.ts'),
  ]);
  // The validator keeps the errors of its last call only, so nothing may await between the call and the read.
  if (validate(document)) throw new Error(`the two validators of OpenAPI ${version} disagree`);
  const findings = primaryErrors(validate.errors ?? [])
    .slice(0, MAX_ERRORS)
    .map(explainOpenapiError);
  return [...new Map(findings.map((one) => [JSON.stringify([one.path, one.message]), one])).values()];
}

/** Maximum number of explained errors: a text that is not OpenAPI has very many, which would take long. */
const MAX_ERRORS = 1_000;

/** The errors that neither repeat another error nor follow from one. */
function primaryErrors(errors: readonly ErrorObject[]): readonly ErrorObject[] {
  const invalidPaths = new Set(errors.filter((one) => !isUnevaluated(one)).map((one) => one.instancePath));
  const wrongTypes = new Set(errors.filter((one) => one.keyword === 'type').map((one) => one.instancePath));
  return errors.filter(
    (error) =>
      error.keyword !== 'if' &&
      error.propertyName === undefined &&
      !/\/(oneOf|anyOf)\/\d+\/(?:.+\/)?(required|not)$/.test(error.schemaPath) &&
      !isExtension(error) &&
      !(isUnevaluated(error) && invalidPaths.has(error.instancePath)) &&
      !(error.keyword === 'enum' && wrongTypes.has(error.instancePath)),
  );
}

/** Whether a key is unknown that OpenAPI allows, although the official schema of 3.0 omits it in an encoding. */
const isExtension = ({ params }: ErrorObject): boolean =>
  String(params['additionalProperty'] ?? params['unevaluatedProperty']).startsWith('x-');

/** Whether a key is unknown, which also happens if the alternative that allows it fails for another reason. */
const isUnevaluated = ({ keyword }: ErrorObject): boolean => keyword === 'unevaluatedProperties';

/** The compiled schema of a version that finds all errors, loaded only for documents with errors. */
export async function validatorOf(version: OpenapiVersion): Promise<ValidateFunction> {
  return (await LOADERS[version].everyError()).validate;
}

/** The compiled schema of a version that stops at the first error, and loads in a third of the time. */
export async function checkerOf(version: OpenapiVersion): Promise<Check> {
  return (await LOADERS[version].anyError()).validate;
}

type Check = (document: unknown) => boolean;

interface Loaders {
  readonly everyError: () => Promise<{ readonly validate: ValidateFunction }>;
  readonly anyError: () => Promise<{ readonly validate: Check }>;
}

/** Loaded on request: most runs need the schema of only one version. */
const LOADERS: Readonly<Record<OpenapiVersion, Loaders>> = {
  '2.0': {
    everyError: () => import('../../generated/validate-openapi-2.0.mjs'),
    anyError: () => import('../../generated/check-openapi-2.0.mjs'),
  },
  '3.0': {
    everyError: () => import('../../generated/validate-openapi-3.0.mjs'),
    anyError: () => import('../../generated/check-openapi-3.0.mjs'),
  },
  '3.1': {
    everyError: () => import('../../generated/validate-openapi-3.1.mjs'),
    anyError: () => import('../../generated/check-openapi-3.1.mjs'),
  },
  '3.2': {
    everyError: () => import('../../generated/validate-openapi-3.2.mjs'),
    anyError: () => import('../../generated/check-openapi-3.2.mjs'),
  },
};

/** Whether a document has servers, for the whole API or for its paths. */
function namesServers(value: Json): boolean {
  if (typeof valueAt(value, ['host']) === 'string') return true;
  const paths = valueAt(value, ['paths']);
  const items = isObject(paths) ? Object.values(paths) : [];
  return [value, ...items].some((part) => itemsOf(valueAt(part, ['servers'])).length > 0);
}
