import { code, codes } from './markdown.ts';

/** The keywords of JSON Schema that the published schemas use. */
export interface Schema {
  readonly title?: string;
  readonly description?: string;
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly $ref?: string;
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema | true>>;
  readonly additionalProperties?: Schema | boolean;
  readonly required?: readonly string[];
  readonly definitions?: Readonly<Record<string, Schema>>;
  readonly minLength?: number;
  readonly maxLength?: number;
}

/** A value that a schema describes, with its path below its object: `products[].id`. */
export interface Field {
  readonly path: string;
  readonly schema: Schema;
  /** Whether it is required. */
  readonly always: boolean;
}

/** The fields of an object and of its nested objects without a definition name. */
export function fieldsOf(schema: Schema, below = ''): readonly Field[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, value]) => {
    const own = value === true ? {} : value;
    const path = below + name;
    const inner = own.items?.properties ? fieldsOf(own.items, `${path}[].`) : fieldsOf(own, `${path}.`);
    return [{ path, schema: own, always: schema.required?.includes(name) === true }, ...inner];
  });
}

/** The name of a definition that a schema refers to. */
export const referred = ({ $ref }: Schema): string | undefined => $ref?.replace('#/definitions/', '');

/** The allowed values of a schema as text. `link` returns the text for a definition. */
export function typeText(schema: Schema, link: (definition: string) => string): string {
  const name = referred(schema);
  if (name !== undefined) return link(name);
  if (schema.const !== undefined) return code(schema.const);
  if (schema.enum) return codes(schema.enum);
  if (schema.anyOf) return schema.anyOf.map((one) => typeText(one, link)).join(' or ');
  const { items } = schema;
  const types = [schema.type ?? []].flat().map((type) => {
    if (type === 'array' && items) return `list of ${typeText(items, link)}`;
    return TYPE_WORDS[type] ?? type;
  });
  return types.length === 0 ? 'anything' : types.join(' or ');
}

const TYPE_WORDS: Readonly<Record<string, string>> = {
  string: 'text',
  integer: 'whole number',
  boolean: '`true` or `false`',
  array: 'list',
  null: '`null`',
};
