import schema from '../schemas/api-products.schema.json' with { type: 'json' };
import { FIELD_TABLE } from '../src/fields/field-table.ts';
import { fieldsOf, typeText, type Schema } from './json-schema.ts';
import { code, codes, made, prose, table } from './markdown.ts';

const { definitions = {}, ...FILE }: Schema = schema as Schema;

/** docs/reference/product-file.md: every field, from the JSON Schema and the field table. */
export function productFilePage(): string {
  return [
    HEAD,
    fieldTable(FILE),
    NULLS,
    '## Fields at a glance\n',
    table(['field', 'of', 'default', '`null`', 'empty', 'where the product is published'], glance()),
    LOCKED,
    '## Fields of a product\n',
    ...[...PRODUCT_FIELDS].map(([name, field]) => fieldText(name, field)),
    ...Object.entries(PARTS).map(
      ([name, title]) => `## ${title}\n\n${prose(about(name))}\n\n${fieldTable(definitions[name] ?? {})}`,
    ),
    CONSENT,
    VARIABLES,
  ].join('\n');
}

const about = (definition: string): string => definitions[definition]?.description ?? '';

/** The fields of both product types, in the order of the schema. The common schema overrides those of the types. */
const PRODUCT_FIELDS: ReadonlyMap<string, Schema> = new Map(
  ['gatewayProduct', 'externalProduct', 'product'].flatMap((name) =>
    Object.entries(definitions[name]?.properties ?? {}).map(
      ([field, value]) => [field, value === true ? {} : value] as const,
    ),
  ),
);

/** The parts with their own table. The other spellings of auth types are omitted. */
const PARTS: Readonly<Record<string, string>> = {
  auth: 'Authentication types',
  keyAuth: 'key_auth',
  basicAuth: 'basic_auth',
  dcr: 'dcr',
  link: 'A linked service',
  notification: 'A notification',
  hold: 'A hold',
  allowance: 'An entry of allow',
};

function fieldTable(part: Schema): string {
  const rows = fieldsOf(part)
    .filter(({ path }) => !path.includes('-'))
    .map(({ path, schema: field, always }) => [
      `\`${path}\`${always ? ' \\*' : ''}`,
      typeText(field, link),
      prose(field.description ?? ''),
    ]);
  return table(['field', 'is', 'means'], rows);
}

function link(definition: string): string {
  if (definition === 'environments') return 'fields by [environment](config.md#environments)';
  const title = { ...PARTS, product: 'Fields of a product', variable: 'Variables' }[definition] ?? definition;
  return `[${definition === 'variable' ? 'a variable' : title}](#${title.toLowerCase().replaceAll(' ', '-')})`;
}

/** Fields that exist only in files, with the field of the portal. */
const SENT_AS: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(FIELD_TABLE).flatMap(([name, { include }]) => (include ? [[include.key, name]] : [])),
);

function glance(): readonly (readonly string[])[] {
  return [...PRODUCT_FIELDS].map(([name, field]) => {
    const row = rowOf(name);
    const fallback = row?.fallback;
    return [
      `[\`${name}\`](#${name})${row?.neededToCreate === true ? ' \\*' : ''}`,
      typesWith(name).length === 2 ? 'both' : typesWith(name).join(),
      fallback === undefined || name in SENT_AS ? '' : code(fallback),
      allowsNull(field) ? 'the default' : 'an error',
      typeof fallback === 'object' ? `${code(fallback)}: none` : '',
      whilePublished(name),
    ];
  });
}

function rowOf(name: string) {
  return Object.entries(FIELD_TABLE).find(([field]) => field === (SENT_AS[name] ?? name))?.[1];
}

function typesWith(name: string): readonly string[] {
  return ['gateway', 'external'].filter((type) => name in (definitions[`${type}Product`]?.properties ?? {}));
}

const allowsNull = ({ type = [], anyOf = [] }: Schema): boolean =>
  /\bnull\b/.test(JSON.stringify([type, anyOf]));

/** The entry of a field in the field × state table of docs/design/contract.md §5. */
function whilePublished(name: string): string {
  if (['id', 'previous_name', 'hold', 'environments'].includes(name)) return 'never sent';
  if (name === 'type') return '**replaced**';
  if (name === 'status') return '**unpublished**';
  return rowOf(name)?.lockedWhilePublished === true ? '**unpublished**, published again' : 'changed in place';
}

function fieldText(name: string, field: Schema): string {
  const { minLength, maxLength, items } = field;
  const length =
    maxLength === undefined
      ? []
      : [`${minLength === undefined ? 'at most ' : `${minLength} to `}${maxLength} characters`];
  const facts = [
    typeText(field, link),
    ...length,
    ...(items?.maxLength === undefined ? [] : [`each of at most ${items.maxLength} characters`]),
    `of ${codes(typesWith(name))} products`,
  ];
  return `### ${name}\n\n${prose(field.description ?? about(name))}\n\nIs: ${facts.join('; ')}.\n`;
}

const HEAD = `# Product files

${made('schemas/api-products.schema.json and src/fields/field-table.ts')}

Product files are YAML 1.2 or JSON. A file can have several documents, and a run any number of files. \`-f\` accepts files,
directories, globs, pipes, and \`-\` for standard input. Without it, adc reads \`api-products.yaml\`. Paths in a file are relative to
its directory; in standard input or an unnamed pipe, they are relative to the working directory.

adc reads a directory to any depth, except \`node_modules\` and hidden entries such as \`.github\`. It skips OpenAPI documents. Any
other \`.yaml\`, \`.yml\` or \`.json\` file must be a product file; otherwise it is an error, so adc overlooks no product. Put product
files into a directory of their own instead of \`-f .\`.

With this first line, editors check and complete a file:

    # yaml-language-server: $schema=./node_modules/adc-products/schemas/api-products.schema.json

The path leads from the directory of the file into the package, which must be installed in the project: see
[Editors](../how-to/editors.md). In a file of \`products/\`, it begins with \`../node_modules\`. \`adc init\` and \`adc dump -o\` write the
path for a project in the working directory.

Field names are those of the Admin API, so you can paste JSON from its documentation; \`key-auth\` means \`key_auth\`. A star
marks required fields: always, or to create a product. Of \`openapi_file\` and \`raw_openapi\`, one is required.
`;

const NULLS = `An omitted field stays as it is on the portal. This differs from \`kubectl apply\` and Terraform, which usually
clear a field that you remove from a file. \`null\` resets a field to its default; \`[]\` and \`{}\` empty it. The list of products
is different: if it is omitted, the file manages no products; \`[]\` declares that there are none; \`null\` is an error.
`;

const LOCKED = `**Unpublished** ends subscriptions: see [change auth without surprises](../how-to/change-auth.md). A change of \`status\` from
\`published\` to \`draft\` unpublishes the product. A change from \`draft\` to \`published\` ends no subscription.
`;

const CONSENT = `An entry needs \`product\` or \`id\`, at least one consent, and \`until\`. It can be in any product file of the run, also in
one without \`api_products\`. A product has at most one entry. \`delete\`, \`release\` and \`take_over_from\` exclude each other. An
expired entry allows nothing and is a warning. adc prints the entry that a refused plan needs, ready to paste: see
[several teams](../how-to/several-teams.md) and [change auth](../how-to/change-auth.md).
`;

const VARIABLES = `## Variables

\`\${NAME}\` inside a string is the value of the environment variable, \`\${NAME:-default}\` has a default, and \`\\\${NAME}\` is the text
itself. adc fills them in after it parses the file, so a value cannot add fields. Keys and OpenAPI documents have no variables. Booleans and
enumerations can be variables. An unset variable without a default is an error, and adc lists all of them at once. adc refuses a
variable with the name of [a secret](environment.md#secrets), or with the token in its value.
`;
