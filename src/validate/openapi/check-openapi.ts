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
 * Checks an OpenAPI document: its syntax, the official schema of its version, and rules that no schema can express. A
 * text that is not an OpenAPI document, a missing required part, and problems that break its page are errors; the
 * others are warnings. Places are inside the document. If an inline text is not a block scalar, all diagnostics are
 * at its field, and syntax errors have the line within the text.
 */
export async function checkOpenapi(openapi: OpenapiSource): Promise<CheckedOpenapi> {
  const { syntax, value, locate } = await readDocument(openapi);
  return {
    ...openapi,
    syntax,
    findings: value === undefined ? [] : located(await findingsIn(value), locate),
    namesServers: value === undefined || namesServers(value),
  };
}

/** The errors that prevent reading a document as an OpenAPI document. */
export async function unreadableOpenapi(openapi: OpenapiSource): Promise<readonly Diagnostic[]> {
  const { syntax, value, locate } = await readDocument(openapi);
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

async function readDocument(openapi: OpenapiSource): Promise<ReadDocument> {
  const { source, field } = placed(openapi);
  const read = await readOpenapi(source);
  const [document, ...others] = read.documents;
  const several = others.map((other) => severalDocuments(source.at(...other.rangeOf([]))));
  const isEmpty = document === undefined && read.diagnostics.length === 0;
  const value = isEmpty ? null : document?.value;
  const locate: Locate = (path, part) => field() ?? source.at(...(document?.rangeOf(path, part) ?? [0, 0]));
  return { syntax: [...read.diagnostics, ...several].map((one) => movedTo(field(), one)), value, locate };
}

interface Placed {
  readonly source: SourceText;
  /** The only place for all diagnostics; undefined if places in the text are places in a file. */
  readonly field: () => Location | undefined;
}

function placed({ text, place }: OpenapiSource): Placed {
  const unix = unixLines(textOf(text));
  if ('file' in place) return { source: sourceText(place.file, unix), field: () => undefined };
  let asked: { readonly block: SourceText | undefined } | undefined;
  const block = (): SourceText | undefined => (asked ??= { block: place.block() }).block;
  const alone = sourceText('', unix);
  return {
    source: { ...alone, at: (start, end) => (block() ?? alone).at(start, end) },
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
  if (!isObject(value) || version === undefined) return [notOpenapi(value)];
  const found = await findingsOf(value, version);
  return version === '3.2' ? [TOO_NEW, ...found] : found;
}

const NO_MAPPING: Finding = {
  code: 'not-openapi',
  path: [],
  message: 'not an OpenAPI document: it is not a mapping',
  hint: 'Name an OpenAPI document.',
};

async function findingsOf(document: JsonObject, version: OpenapiVersion): Promise<readonly Finding[]> {
  const follow = follower(document);
  return [
    ...(await schemaFindings(document, version)),
    ...referenceFindings(document, follow),
    ...operationFindings(document, follow),
    ...securityFindings(document, version),
  ];
}

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
  const words =
    key === undefined
      ? 'not an OpenAPI document: it has neither "openapi" nor "swagger"'
      : `"${key}" ${typeof document[key] === 'string' ? 'is not a supported version' : 'must be text'}`;
  return {
    code: 'not-openapi',
    path: key === undefined ? [] : [key],
    message: words,
    hint: 'Write openapi: "3.1.0", openapi: "3.0.3" or swagger: "2.0", in quotes.',
  };
}

/** Portals are known to show versions up to 3.1. */
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
  // The validator has the errors of its last document, so no other call may come in between.
  if (validate(document)) throw new Error(`the two validators of OpenAPI ${version} disagree`);
  const findings = primaryErrors(validate.errors ?? [])
    .slice(0, MOST_ERRORS)
    .map(explainOpenapiError);
  return [...new Map(findings.map((one) => [JSON.stringify([one.path, one.message]), one])).values()];
}

/**
 * Maximum number of explained errors: a text that is not OpenAPI has too many, and explaining all of them would take
 * long.
 */
const MOST_ERRORS = 1_000;

/** The errors without those that only repeat or follow from another error. */
function primaryErrors(errors: readonly ErrorObject[]): readonly ErrorObject[] {
  const wrongParts = new Set(errors.filter((one) => !isUnevaluated(one)).map((one) => one.instancePath));
  const wrongTypes = new Set(errors.filter((one) => one.keyword === 'type').map((one) => one.instancePath));
  return errors.filter(
    (error) =>
      error.keyword !== 'if' &&
      error.propertyName === undefined &&
      !/\/(oneOf|anyOf)\/\d+\/(?:.+\/)?(required|not)$/.test(error.schemaPath) &&
      !(isUnevaluated(error) && wrongParts.has(error.instancePath)) &&
      !(error.keyword === 'enum' && wrongTypes.has(error.instancePath)),
  );
}

/** Keys also count as unknown if the alternative that allows them failed for another reason. */
const isUnevaluated = ({ keyword }: ErrorObject): boolean => keyword === 'unevaluatedProperties';

/** The compiled schema of a version that finds all errors, loaded only for documents with errors. */
export async function validatorOf(version: OpenapiVersion): Promise<ValidateFunction> {
  return (await LOADERS[version].everyError()).validate;
}

/** The compiled schema of a version that only finds whether there are errors, and loads in a third of the time. */
export async function checkerOf(version: OpenapiVersion): Promise<Check> {
  return (await LOADERS[version].anyError()).validate;
}

type Check = (document: unknown) => boolean;

interface Loaders {
  readonly everyError: () => Promise<{ readonly validate: ValidateFunction }>;
  readonly anyError: () => Promise<{ readonly validate: Check }>;
}

/** Loaded for the first document of a version: most runs need only one. */
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
