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

/** The fields of both product types, in the order of the schema; what either may say of one comes last, and holds. */
const PRODUCT_FIELDS: ReadonlyMap<string, Schema> = new Map(
  ['gatewayProduct', 'externalProduct', 'product'].flatMap((name) =>
    Object.entries(definitions[name]?.properties ?? {}).map(
      ([field, value]) => [field, value === true ? {} : value] as const,
    ),
  ),
);

/** What is told in a table of its own; the other spelling of an auth type says nothing new. */
const PARTS: Readonly<Record<string, string>> = {
  auth: 'Ways to authenticate',
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
  const title = { ...PARTS, product: 'Fields of a product', variable: 'Variables' }[definition] ?? definition;
  return `[${definition === 'variable' ? 'a variable' : title}](#${title.toLowerCase().replaceAll(' ', '-')})`;
}

/** Fields that a file has and the portal does not, with the field that they are sent as. */
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

/** The field × state table of docs/design/contract.md §5, as far as one field goes. */
function whilePublished(name: string): string {
  if (['id', 'previous_name', 'hold'].includes(name)) return 'never sent';
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

YAML 1.2 or JSON, several documents in a file if you like, any number of files. \`-f\` takes files, folders, globs and \`-\` for
standard input, and pipes; without it, \`api-products.yaml\` is read. Paths in a file start at its folder, those that come
through standard input or a pipe without a name at the working directory.

A folder is read to any depth, but for \`node_modules\` and what is hidden, such as \`.github\`. OpenAPI documents in it are passed
over. Any other \`.yaml\`, \`.yml\` or \`.json\` is taken for a product file, and is an error if it is none, so that no product is
overlooked: give product files a folder of their own rather than \`-f .\`.

Put this line at the head of a file, and editors check and complete it:

    # yaml-language-server: $schema=./node_modules/adc-products/schemas/api-products.schema.json

It leads from the folder of the file into the package, which has to be installed in the project for that
(\`npm install --save-dev adc-products\`): a global installation puts no such file there. In a file of \`products/\`, it begins with
\`../node_modules\`; \`adc init\` and \`adc dump -o\` write it so, taking the folder where they run for that of the project.

Field names are those of the Admin API, so JSON from its documentation can be pasted; \`key-auth\` means \`key_auth\`. A star
marks what must be there, always or for a product to be created; of \`openapi_file\` and \`raw_openapi\`, one.
`;

const NULLS = `A field that is left out stays as it is on the portal. \`kubectl apply\` clears a field that it set
before, and Terraform one that its provider does not compute; here, a field that is taken out of a file keeps its value on the
portal. \`null\` resets a field to its default; \`[]\` and \`{}\` empty it. For the list of products itself, left out means that
the file manages none, \`[]\` means that there shall be none, and \`null\` is an error.
`;

const LOCKED = `**Unpublished** is what ends subscriptions: see [change auth without surprises](../how-to/change-auth.md). A \`status\` that
goes from \`published\` to \`draft\` unpublishes; from \`draft\` to \`published\` it harms nobody.
`;

const CONSENT = `An entry needs \`product\` or \`id\`, at least one consent, and \`until\`. It may stand in any product file of the run, also in
one that has no \`api_products\`. One product has one entry. \`delete\`, \`release\` and \`take_over_from\` exclude each other. An
expired entry allows nothing and is a warning. adc prints the entry that a refused plan needs, ready to paste: see
[several teams](../how-to/several-teams.md) and [change auth](../how-to/change-auth.md).
`;

const VARIABLES = `## Variables

\`\${NAME}\` inside a string is the value of the environment variable, \`\${NAME:-default}\` has a default, and \`\\\${NAME}\` is the text
itself. They are filled in after the file has been parsed, so a value can not add fields; never in keys, and never in OpenAPI
documents. Booleans and enumerations may be filled in as well. An unset variable without a default is an error, and all of them are
listed at once. A variable that is named like [a secret](environment.md#secrets), or holds the token in use, is refused.
`;
