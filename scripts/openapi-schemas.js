// The official JSON Schemas of OpenAPI from the packages `@seriousme/openapi-schema-validator` and `ajv`, transformed for
// clear errors: alternatives become if/then/else, so that an invalid parameter does not also get errors of a reference.
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const META = 'ajv/dist/refs/json-schema-2020-12/meta';
const DRAFT_4_FILE = 'ajv-draft-04/dist/refs/json-schema-draft-04.json';

/** The versions of OpenAPI, each with the draft of JSON Schema of its schema. */
export const OPENAPI_SCHEMAS = [
  { version: '2.0', draft: '04' },
  { version: '3.0', draft: '04' },
  { version: '3.1', draft: '2020' },
  { version: '3.2', draft: '2020' },
];

/** The transformed schema of one version of OpenAPI. */
export function openapiSchema({ version, draft }) {
  const published = require(`@seriousme/openapi-schema-validator/schemas/v${version}/schema.json`);
  const whole = draft === '2020' ? withSchemaObjects(published) : withOwnWords(published);
  return decided(whole, whole);
}

/**
 * Since 3.1, the official schema does not describe Schema Objects: their dialect of JSON Schema does. This inserts the
 * vocabularies of draft 2020-12, without dynamic references, which nothing here overrides.
 */
function withSchemaObjects(schema) {
  const parts = ['core', 'applicator', 'unevaluated', 'validation', 'meta-data', 'content'].map((name) =>
    require(`${META}/${name}.json`),
  );
  const definitions = Object.assign({}, ...parts.map((part) => part.$defs));
  const properties = Object.assign({}, ...parts.map((part) => part.properties));
  const object = rewired({ type: ['object', 'boolean'], properties });
  const own = Object.entries(schema.$defs).map(([name, part]) => [name, withExtensions(part)]);
  return {
    ...schema,
    $defs: { ...Object.fromEntries(own), ...prefixed(rewired(definitions)), schema: object },
  };
}

/** Adds extensions to a schema: its `additionalProperties` does not see those of another schema and treats them as path items. */
function withExtensions(part) {
  const isHidden =
    part.$ref === '#/$defs/specification-extensions' && part.additionalProperties !== undefined;
  return isHidden ? { ...part, patternProperties: { '^x-': true, ...part.patternProperties } } : part;
}

const DRAFT_4 = 'http://json-schema.org/draft-04/schema';

/** Copies the parts of JSON Schema that the schema of 2.0 references, so that their alternatives are transformed too. */
function withOwnWords(node) {
  if (Array.isArray(node)) return node.map(withOwnWords);
  if (node === null || typeof node !== 'object') return node;
  const [, name] = /schema#\/properties\/(\w+)$/.exec(node.$ref ?? '') ?? [];
  if (name !== undefined) return withAbsoluteRefs(require(DRAFT_4_FILE).properties[name]);
  return Object.fromEntries(Object.entries(node).map(([key, value]) => [key, withOwnWords(value)]));
}

function withAbsoluteRefs(node) {
  return JSON.parse(JSON.stringify(node).replaceAll('"$ref":"#', `"$ref":"${DRAFT_4}#`));
}

function prefixed(definitions) {
  return Object.fromEntries(Object.entries(definitions).map(([name, part]) => [`json-${name}`, part]));
}

function rewired(node) {
  if (Array.isArray(node)) return node.map(rewired);
  if (node === null || typeof node !== 'object') return node;
  if (node.$dynamicRef === '#meta') return { $ref: '#/$defs/schema' };
  return Object.fromEntries(
    Object.entries(node).map(([key, value]) => [
      key,
      key === '$ref' && typeof value === 'string'
        ? value.replace('#/$defs/', '#/$defs/json-')
        : rewired(value),
    ]),
  );
}

/** Replaces alternatives that the value can distinguish by if/then/else. */
function decided(node, root) {
  if (Array.isArray(node)) return node.map((part) => decided(part, root));
  if (node === null || typeof node !== 'object') return node;
  const plain = Object.fromEntries(Object.entries(node).map(([key, value]) => [key, decided(value, root)]));
  for (const key of ['oneOf', 'anyOf']) {
    const choice = Array.isArray(plain[key]) ? decision(plain[key], root) : undefined;
    if (choice === undefined) continue;
    const { [key]: _, ...rest } = plain;
    return { ...rest, allOf: [...(rest.allOf ?? []), choice] };
  }
  return plain;
}

/** if/then/else for the alternatives, the alternative without a mark last; undefined if the value cannot distinguish them. */
function decision(choices, root) {
  const marked = choices.map((choice) => ({ choice, mark: markOf(resolved(choice, root)) }));
  const others = marked.filter(({ mark }) => mark === undefined);
  if (others.length > 1) return undefined;
  const known = marked.filter(({ mark }) => mark !== undefined);
  const last = others[0]?.choice ?? noneOf(known.map(({ mark }) => mark));
  // oxlint-disable-next-line unicorn/no-thenable -- a keyword of JSON Schema
  return known.reduceRight((rest, { choice, mark }) => ({ if: mark, then: choice, else: rest }), last);
}

function resolved(choice, root) {
  if (typeof choice.$ref !== 'string' || !choice.$ref.startsWith('#/')) return choice;
  return choice.$ref
    .slice(2)
    .split('/')
    .reduce((part, step) => part[step], root);
}

/** A condition that only one alternative meets: it is a reference, its type, or the only allowed value of a key. */
function markOf({ type, required = [], properties = {} }) {
  if (required.includes('$ref')) return { type: 'object', required: ['$ref'] };
  if (type === 'boolean' || type === 'array') return { type };
  const words = ['in', 'type', 'flow'].filter((key) => properties[key]?.enum?.length === 1);
  if (words.length === 0) return undefined;
  const wanted = words.map((key) => [key, { enum: properties[key].enum }]);
  return { type: 'object', required: words, properties: Object.fromEntries(wanted) };
}

/** The error for a value without a matching alternative: one of the keys is wrong or missing. */
function noneOf(marks) {
  const words = (key) => [...new Set(marks.flatMap(({ properties = {} }) => properties[key]?.enum ?? []))];
  const keys = ['in', 'type', 'flow'].filter((key) => words(key).length > 0);
  return {
    type: 'object',
    required: keys.slice(0, 1),
    properties: Object.fromEntries(keys.map((key) => [key, { enum: words(key) }])),
  };
}
