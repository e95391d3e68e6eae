import type { Locate, Path } from '../model/declared.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import type { DiagnosticCode } from '../model/diagnostic-codes.ts';
import { diagnostic } from '../model/diagnostic-codes.ts';
import type { Json, JsonObject } from '../model/product.ts';
import { isObject, itemsOf, valueAt } from './written-product.ts';

type Version = '2.0' | '3.0' | '3.1' | '3.2';

/**
 * Whether a document is an OpenAPI document at all: a version that exists, a title, a version of the API, and something
 * that it describes. Places are inside the document.
 */
export function openapiMistakes(value: Json, locate: Locate): readonly Diagnostic[] {
  const mistake = (code: DiagnosticCode, path: Path, message: string, hint: string) =>
    diagnostic(code, { message, hint, location: locate(path) });
  if (!isObject(value)) {
    return [mistake('not-openapi', [], 'an OpenAPI document is a mapping', 'Name an OpenAPI document.')];
  }
  const version = versionOf(value);

  const tooNew = mistake(
    'openapi-too-new',
    ['openapi'],
    'portals may not show OpenAPI 3.2',
    'Write it as OpenAPI 3.1.',
  );
  const missing = isSome(value) ? [...missingInfo(value), ...missingContent(value, version)] : [];
  return [
    ...(version === undefined ? [wrongVersion(value, locate)] : []),
    ...(version === '3.2' ? [tooNew] : []),
    ...missing.map(({ path, message, hint }) => mistake('incomplete-openapi', path, message, hint)),
  ];
}

/** Something else entirely is not told what an OpenAPI document lacks. */
const isSome = (value: JsonObject): boolean =>
  Object.hasOwn(value, 'openapi') || Object.hasOwn(value, 'swagger');

function versionOf(value: JsonObject): Version | undefined {
  if (value['swagger'] === '2.0') return '2.0';
  const openapi = value['openapi'];
  const [, version] = typeof openapi === 'string' ? (/^(3\.[012])\.\d+(-.+)?$/.exec(openapi) ?? []) : [];
  return version === '3.0' || version === '3.1' || version === '3.2' ? version : undefined;
}

function wrongVersion(value: JsonObject, locate: Locate): Diagnostic {
  const key = ['openapi', 'swagger'].find((one) => Object.hasOwn(value, one));
  const words =
    key === undefined
      ? 'this is no OpenAPI document: it has neither "openapi" nor "swagger"'
      : `"${key}" ${typeof value[key] === 'string' ? 'names no version that adc knows' : 'must be text'}`;
  return diagnostic('not-openapi', {
    message: words,
    hint: 'Write openapi: "3.1.0", openapi: "3.0.3" or swagger: "2.0", in quotes.',
    location: locate(key === undefined ? [] : [key]),
  });
}

interface Missing {
  readonly path: Path;
  readonly message: string;
  readonly hint: string;
}

function missingInfo(value: JsonObject): readonly Missing[] {
  if (!isObject(value['info'])) {
    return [
      {
        path: ['info'],
        message: 'the OpenAPI document has no "info"',
        hint: 'Add info with title and version.',
      },
    ];
  }
  return ['title', 'version'].flatMap((key) => {
    const given = valueAt(value, ['info', key]);
    if (typeof given === 'string') return [];
    const message = given === undefined ? `"info" has no "${key}"` : `"info.${key}" must be text`;
    return [
      { path: ['info', key], message, hint: given === undefined ? `Add ${key}.` : 'Write it in quotes.' },
    ];
  });
}

/** Since 3.1 a document may describe webhooks or components alone. */
function missingContent(value: JsonObject, version: Version | undefined): readonly Missing[] {
  const keys = version === '2.0' || version === '3.0' ? ['paths'] : ['paths', 'webhooks', 'components'];
  if (keys.some((key) => isObject(value[key]))) return [];
  const names = keys.map((key) => `"${key}"`).join(', ');
  const path = keys.filter((key) => Object.hasOwn(value, key)).slice(0, 1);
  return [
    { path, message: `the OpenAPI document describes nothing: it has no ${names}`, hint: 'Add paths.' },
  ];
}

/** Whether a document says where its API is served, as a whole or path by path. */
export function namesServers(value: Json): boolean {
  if (typeof valueAt(value, ['host']) === 'string') return true;
  const paths = valueAt(value, ['paths']);
  const items = isObject(paths) ? Object.values(paths) : [];
  return [value, ...items].some((part) => itemsOf(valueAt(part, ['servers'])).length > 0);
}
