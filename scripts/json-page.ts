import { SCHEMAS } from '../src/cli/commands/schema.ts';
import { jsonExamples, type JsonExample } from './json-examples.ts';
import { fieldsOf, typeText, type Field, type Schema } from './json-schema.ts';
import { made, prose, table } from './markdown.ts';

/** docs/reference/json.md: the formats for programs, from the published schemas, each with a real example. */
export async function jsonPage(): Promise<string> {
  const schemas = await loadSchemas();
  const examples = await jsonExamples();
  const parts = sharedParts(schemas);
  const pages = [...schemas].map(([name, schema]) => schemaText(name, schema, parts, examples[name]));
  return [HEAD, ...pages, PARTS_HEAD, ...[...parts].map(([name, part]) => partText(name, part))].join('\n');
}

/** Formats of files that users write, which other pages describe. */
const WRITTEN: ReadonlySet<string> = new Set(['product-file', 'config', 'seed', 'record']);

async function loadSchemas(): Promise<ReadonlyMap<string, Schema>> {
  const named = [...SCHEMAS].filter(([name]) => !WRITTEN.has(name)).toSorted(plansLast);
  const loaded = named.map(async ([name, load]) => [name, (await load()).default as Schema] as const);
  return new Map(await Promise.all(loaded));
}

const plansLast = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number =>
  Number(a === 'plan') - Number(b === 'plan');

const HEAD = `# JSON formats

${made('schemas/')}

With \`--format json\`, standard output is exactly one JSON document, also when the command fails; progress and warnings go to
standard error. \`format\` says what the document is, and \`format_version\` changes when something is renamed or taken away;
new fields may come without that. \`adc schema <name>\` prints the JSON Schema of each. Fields marked with a star are always
there.
`;

const PARTS_HEAD = `## Parts

Several documents contain these parts.
`;

/** Definitions that are equal in several schemas. The page shows them once, at the end. */
function sharedParts(schemas: ReadonlyMap<string, Schema>): ReadonlyMap<string, Schema> {
  const seen = new Map<string, Schema[]>();
  for (const { definitions = {} } of schemas.values())
    for (const [name, part] of Object.entries(definitions)) seen.set(name, [...(seen.get(name) ?? []), part]);
  const shared = [...seen].flatMap(([name, parts]) => {
    const most = parts.find((one) => parts.filter((other) => same(one, other)).length > 1);
    return most === undefined ? [] : [[name, most] as const];
  });
  return new Map(shared);
}

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

function schemaText(
  name: string,
  schema: Schema,
  parts: ReadonlyMap<string, Schema>,
  example: JsonExample | undefined,
): string {
  const own = Object.entries(schema.definitions ?? {}).filter(
    ([key, part]) => part.properties !== undefined && !same(part, parts.get(key)),
  );
  const names = new Map(own.map(([key]) => [key, `${name}-${key.toLowerCase()}`]));
  const link = (definition: string): string => {
    const part = schema.definitions?.[definition] ?? {};
    if (part.properties === undefined) return typeText(part, link);
    return `[${definition}](#${names.get(definition) ?? definition.toLowerCase()})`;
  };
  return [
    `## adc/${name}\n`,
    `${prose(schema.description ?? '')} Schema: \`adc schema ${name}\`.\n`,
    ...(example === undefined ? [] : [`\`${example.command}\`:\n\n\`\`\`json\n${example.json}\n\`\`\`\n`]),
    fieldTable(fieldsOf(schema), link),
    ...own.map(([key, part]) => partText(`${name} ${key}`, part, link)),
  ].join('\n');
}

export function partText(name: string, part: Schema, link = ownLink): string {
  return `### ${name}\n\n${prose(part.description ?? '')}\n\n${fieldTable(fieldsOf(part), link)}`;
}

const ownLink = (definition: string): string => `[${definition}](#${definition.toLowerCase()})`;

export function fieldTable(fields: readonly Field[], link: (definition: string) => string): string {
  const rows = fields.map(({ path, schema, always }) => [
    `\`${path}\`${always ? ' \\*' : ''}`,
    typeText(schema, link),
    prose(schema.description ?? ''),
  ]);
  return table(['field', 'is', 'means'], rows);
}
