// Generates types and compiled validators in src/generated/ from schemas/.
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Ajv } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { default as Ajv04 } from 'ajv-draft-04';
import addFormats from 'ajv-formats';
import { importable } from './importable.js';
import { compile } from 'json-schema-to-typescript';
import { OPENAPI_SCHEMAS, openapiSchema } from './openapi-schemas.js';
import { answerModule, validatorModule } from './validator-code.js';

const root = new URL('../', import.meta.url);
const generated = new URL('src/generated/', root);
const VARIABLE = '#/definitions/variable';
const OR_VARIABLE = '|\\$\\{';

/** The schema of files with filled-in variables: `anyOf: [X, variable]` becomes X, and patterns do not allow `${`. */
export function withoutVariables(node) {
  if (Array.isArray(node)) return node.map(withoutVariables);
  if (typeof node === 'string') return node.endsWith(OR_VARIABLE) ? node.slice(0, -OR_VARIABLE.length) : node;
  if (node === null || typeof node !== 'object') return node;
  const { anyOf, ...rest } = node;
  const choices = anyOf?.filter((choice) => choice.$ref !== VARIABLE) ?? [];
  const plain = choices.length === 1 ? { ...rest, ...choices[0] } : node;
  return Object.fromEntries(Object.entries(plain).map(([key, value]) => [key, withoutVariables(value)]));
}

/** The schema without descriptions: errors contain their part of the schema, so descriptions would be in the program twice. */
function withoutWords(node) {
  if (Array.isArray(node)) return node.map(withoutWords);
  if (node === null || typeof node !== 'object') return node;
  const entries = Object.entries(node).filter(([key, value]) => !isWords(key, value));
  return Object.fromEntries(entries.map(([key, value]) => [key, withoutWords(value)]));
}

function isWords(key, value) {
  return (key === 'description' && typeof value === 'string') || (key === 'examples' && Array.isArray(value));
}

/** `load` removes exceptions from products, so the schema checks only exceptions that are not mappings. */
function withoutExceptions(schema) {
  const { description, type } = schema.definitions.environments;
  const { exception: _, ...definitions } = schema.definitions;
  return { ...schema, definitions: { ...definitions, environments: { description, type } } };
}

/**
 * json-schema-to-typescript supports neither if/then nor alternatives of required keys: the two product types become a
 * union, and only the validator checks the alternatives.
 */
function forTypes(schema) {
  const { variable: _, product, ...others } = schema.definitions;
  const definitions = Object.fromEntries(
    Object.entries(others).map(([name, { oneOf: _one, allOf: _all, ...definition }]) => [name, definition]),
  );
  definitions.product = {
    description: product.description,
    oneOf: [{ $ref: '#/definitions/gatewayProduct' }, { $ref: '#/definitions/externalProduct' }],
  };
  return { ...schema, title: 'ProductFile', definitions };
}

/** Without a format, since formatting takes a quarter of the time and only the compiler reads these files. */
const TYPE_OPTIONS = { ignoreMinAndMaxItems: true, format: false };

async function generate() {
  const published = JSON.parse(await readFile(new URL('schemas/api-products.schema.json', root), 'utf8'));
  const schema = withoutExceptions(withoutVariables(published));
  const types = await compile(forTypes(schema), 'ProductFile', {
    bannerComment: '// Generated from schemas/api-products.schema.json by scripts/generate.js.',
    ...TYPE_OPTIONS,
  });
  const shape = withoutWords(schema);
  const { version, bugs } = JSON.parse(await readFile(new URL('package.json', root), 'utf8'));
  await mkdir(generated, { recursive: true });
  await writeFile(
    new URL('version.ts', generated),
    `export const VERSION = '${version}';\nexport const ISSUES = '${bugs.url}';\n`,
  );
  await writeFile(new URL('product-file.ts', generated), types);
  await writeValidator('validate-product-file', validatorModule(everyError(), shape));
  const plan = JSON.parse(await readFile(new URL('schemas/plan.schema.json', root), 'utf8'));
  await writeValidator('validate-plan', validatorModule(new Ajv({ code: CODE }), plan));
  const record = JSON.parse(await readFile(new URL('schemas/record.schema.json', root), 'utf8'));
  await writeValidator('validate-record', validatorModule(new Ajv({ code: CODE }), record));
  const seed = JSON.parse(await readFile(new URL('schemas/seed.schema.json', root), 'utf8'));
  const seedErrors = new Ajv({ allErrors: true, verbose: true, code: CODE });
  await writeValidator('validate-seed', validatorModule(seedErrors, withoutWords(seed)));
  const config = JSON.parse(await readFile(new URL('schemas/config.schema.json', root), 'utf8'));
  await writeValidator('validate-config', validatorModule(everyError(), withoutWords(config)));
}

const everyError = () =>
  new Ajv({ inlineRefs: false, allowUnionTypes: true, allErrors: true, verbose: true, code: CODE });

const CODE = { source: true, lines: true, esm: true };

/**
 * Generates two validators for each version: one returns only whether a document is valid, the other finds all errors. With
 * only the second, `adc lint` of a small OpenAPI document takes 11 % more CPU, and of a large one 8 MiB more memory.
 */
async function generateOpenapi() {
  for (const row of OPENAPI_SCHEMAS) {
    const shape = withoutWords(openapiSchema(row));
    const every = openapiAjv(row, { allErrors: true, verbose: true });
    await writeValidator(`validate-openapi-${row.version}`, validatorModule(every, shape));
    await writeCheck(`check-openapi-${row.version}`, answerModule(openapiAjv(row), shape));
  }
}

function openapiAjv(row, errors = {}) {
  const options = { ...errors, strict: false, inlineRefs: false, code: CODE };
  const ajv = row.draft === '04' ? new Ajv04.default(options) : new Ajv2020(options);
  addFormats.default(ajv);
  ajv.addFormat('media-range', true);
  return ajv;
}

const VALIDATOR =
  "import type { ValidateFunction } from 'ajv';\nexport declare const validate: ValidateFunction;\n";
const CHECK = 'export declare const validate: (value: unknown) => boolean;\n';

const writeValidator = async (name, code) => writeModule(name, code, VALIDATOR);
const writeCheck = async (name, code) => writeModule(name, code, CHECK);

async function writeModule(name, code, types) {
  await writeFile(new URL(`${name}.mjs`, generated), code);
  await writeFile(new URL(`${name}.d.mts`, generated), types);
}

/** Help texts and completion scripts, so that the program prints them without loading the commands. */
async function generateTexts() {
  const folder = await mkdtemp(join(tmpdir(), 'adc-texts-'));
  const made = { external: /\/generated\/completions\.ts$/ };
  const texts = await import(await importable('scripts/command-texts.ts', folder, made));
  await writeTexts('help', 'HELP', await texts.helpTexts());
  await writeTexts('completions', 'COMPLETIONS', await texts.completionTexts());
  await rm(folder, { recursive: true });
}

async function writeTexts(file, name, rows) {
  const map = `new Map(${JSON.stringify(rows, null, 2)})`;
  const code = `export const ${name}: ReadonlyMap<string, string> = ${map};\n`;
  await writeFile(new URL(`${file}.ts`, generated), code);
}

/** Types of the `--format json` output, by command: the compiler checks each report against its schema. */
async function generateReports() {
  const folder = new URL('reports/', generated);
  await mkdir(folder, { recursive: true });
  const files = (await readdir(new URL('schemas/', root))).filter((file) => file.endsWith(SUFFIX)).toSorted();
  const rows = await Promise.all(files.map((file) => writeReport(folder, file)));
  const imports = rows.map(({ name, type }) => `import type { ${type} } from './${name}.ts';\n`).join('');
  const members = rows.map(({ name, type }) => `  '${name}': ${type};\n`).join('');
  await writeFile(new URL('index.ts', folder), `${imports}\nexport interface Reports {\n${members}}\n`);
}

const SUFFIX = '-report.schema.json';

async function writeReport(folder, file) {
  const name = file.slice(0, -SUFFIX.length);
  const type = `${name.replaceAll(/(?:^|-)([a-z])/g, (_, letter) => letter.toUpperCase())}Report`;
  const schema = JSON.parse(await readFile(new URL(`schemas/${file}`, root), 'utf8'));
  const options = {
    bannerComment: `// Generated from schemas/${file} by scripts/generate.js.`,
    ...TYPE_OPTIONS,
  };
  await writeFile(new URL(`${name}.ts`, folder), await compile({ ...schema, title: type }, type, options));
  return { name, type };
}

/** The files of each folder of examples/, for `adc dev --example` in an executable, which has no such folder. */
async function generateExamples() {
  const entries = await readdir(new URL('examples/', root), { withFileTypes: true });
  // An example with a config needs several portals, and a server has only one.
  const folders = entries.filter(
    (one) => one.isDirectory() && !existsSync(new URL(`examples/${one.name}/adc.config.yaml`, root)),
  );
  const examples = await Promise.all(folders.map(async ({ name }) => [name, await exampleFiles(name)]));
  await writeFile(
    new URL('examples.ts', generated),
    `export const EXAMPLES: Readonly<Record<string, readonly { readonly path: string; readonly content: string }[]>> = ${JSON.stringify(Object.fromEntries(examples), null, 2)};\n`,
  );
}

async function exampleFiles(name) {
  const folder = new URL(`examples/${name}/`, root);
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile())
    .map((entry) =>
      relative(fileURLToPath(folder), join(entry.parentPath, entry.name)).replaceAll('\\', '/'),
    );
  return Promise.all(
    paths.toSorted().map(async (path) => ({ path, content: await readFile(new URL(path, folder), 'utf8') })),
  );
}

await generate();
await generateReports();
await generateOpenapi();
await generateExamples();
await generateTexts();
