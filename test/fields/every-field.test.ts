import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { FIELD_RULES } from '../../src/emulator/product-fields.ts';
import { portalContents } from '../support/portal-contents.ts';
import { atWorkplace, type Workplace } from '../support/run-adc.ts';

/*
 * Every field of the schema goes through every stage: the test fails for a field that a stage ignores. It reads the portal
 * from the rows of the embedded Admin API, and files with the YAML library, without code of the program.
 */

interface Schema {
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
}
const file = new URL('../../schemas/api-products.schema.json', import.meta.url);
const { definitions } = JSON.parse(readFileSync(file, 'utf8')) as { definitions: Record<string, Schema> };

/** The keys of a declared product that are not fields on the portal. */
const NO_FIELDS = new Set([
  'id',
  'type',
  'hold',
  'environments',
  'previous_name',
  'logo_file',
  'openapi_file',
]);

type Type = 'gateway' | 'external';
const CASES = (['gateway', 'external'] as const).flatMap((type) =>
  Object.entries(definitions[`${type}Product`]?.properties ?? {})
    .filter(([name]) => !NO_FIELDS.has(name))
    .map(([name, schema]) => ({ type, name, schema })),
);

/** Two values of a field, in the form in which a dump writes them. The second is not the server's default. */
interface Sample {
  readonly first: unknown;
  readonly second: unknown;
  /** The key and the two values on the portal, if they differ from those of the file. */
  readonly held?: { readonly key: string; readonly first: unknown; readonly second: unknown };
  /** The path of the change in reports, if it differs from the field. */
  readonly path?: string;
}

const OPENAPI = `openapi: 3.0.3
info: { title: Billing, version: 1.0.0 }
servers: [{ url: https://billing.example.com }]
paths: {}
`;
const EMAIL = { event: 'subscription_approval_created', type: 'email', contact_points: ['api-team'] };
const HOOK = { event: 'subscription_approval_created', type: 'webhook', contact_points: ['ops-webhook'] };
const KEY_AUTH = { header: 'apikey', query: 'apikey', hide_credentials: false };

/** Values of fields for which the type in the schema is not enough. */
const SAMPLES: Readonly<Record<string, Sample>> = {
  labels: { first: { team: 'payments' }, second: { team: 'billing' }, path: 'labels.team' },
  logo: { first: 'iVBORw0KGgo=', second: 'iVBORw0KGgoA' },
  auth: {
    first: { key_auth: {} },
    second: { key_auth: { header: 'x-key' } },
    held: {
      key: 'auth',
      first: { key_auth: KEY_AUTH },
      second: { key_auth: { ...KEY_AUTH, header: 'x-key' } },
    },
    path: 'auth.key_auth.header',
  },
  linked_gateway_services: {
    first: [{ gateway_group: 'default', service: 'payments' }],
    second: [{ gateway_group: 'default', service: 'orders' }],
    held: { key: 'links', first: [['default/payments', []]], second: [['default/orders', []]] },
    path: 'linked_gateway_services[default/orders]',
  },
  notifications: {
    first: [EMAIL],
    second: [HOOK],
    held: {
      key: 'notifications',
      first: [[EMAIL.event, EMAIL.type, EMAIL.contact_points]],
      second: [[HOOK.event, HOOK.type, HOOK.contact_points]],
    },
    path: 'notifications[subscription_approval_created/webhook]',
  },
  raw_openapi: {
    first: OPENAPI,
    second: OPENAPI.replace('Billing', 'Invoices'),
    held: {
      key: 'openapi',
      first: parse(OPENAPI),
      second: parse(OPENAPI.replace('Billing', 'Invoices')),
    },
  },
  server_urls: { first: ['https://one.example.com'], second: ['https://two.example.com'] },
};

/** The defaults of the embedded Admin API, which do not come from the field table. */
const DEFAULTS: Readonly<Record<string, { readonly fallback: unknown } | undefined>> = FIELD_RULES;

function sampleOf(name: string, schema: Schema): Sample {
  const known = SAMPLES[name];
  if (known) return known;
  const choices = schema.enum ?? schema.anyOf?.find((one) => one.enum)?.enum;
  const [first, second] = choices ?? (isFlag(schema) ? [true, false] : ['first', 'second']);
  return DEFAULTS[name]?.fallback === second ? { first: second, second: first } : { first, second };
}

function isFlag({ type, anyOf = [] }: Schema): boolean {
  return [type].flat().includes('boolean') || anyOf.some(isFlag);
}

function isNullable({ type, enum: choices = [], anyOf = [] }: Schema): boolean {
  return [type].flat().includes('null') || choices.includes(null) || anyOf.some(isNullable);
}

/** A product with only the required fields; it can be published if the test needs that. */
function bare(type: Type, name: string, field: string): Readonly<Record<string, unknown>> {
  const links = [{ gateway_group: 'default', service: name === 'other' ? 'users' : 'catalog' }];
  return {
    name,
    type,
    ...(field === 'status' ? {} : { status: 'draft' }),
    ...(type === 'gateway'
      ? { auth: { key_auth: {} }, ...(field === 'status' && { linked_gateway_services: links }) }
      : { raw_openapi: OPENAPI }),
  };
}

const SYNC = ['sync', '--yes', '--allow-unauthenticated', 'default/catalog'];
const FILE = 'api-products.yaml';

/** A file with two products: one with the field, pinned so that a file finds it under any name, and one without. */
async function declare(place: Workplace, type: Type, field: string, value: unknown) {
  const live = place.emulator.store.products.find(({ fields }) => fields.name !== 'other');
  const product = { ...(live && { id: live.id }), ...bare(type, 'it', field), [field]: value };
  await place.write({
    [FILE]: `# kept\n${stringify({ portal: 'default', api_products: [product, bare(type, 'other', field)] })}`,
  });
}

/** The values of a key on the portal: of the product with the field and of the other product. */
function held({ emulator }: Workplace, key: string): readonly unknown[] {
  const products = portalContents(emulator.store);
  const other = products.find(({ name }) => name === 'other');
  return [products.find((one) => one !== other)?.[key], other?.[key]].map(withoutOwnership);
}

/** The label that `sync` adds to every product is omitted. */
function withoutOwnership(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('managed-by' in value)) return value;
  const { 'managed-by': _, ...labels } = value;
  return labels;
}

async function inFile({ folder }: Workplace, path: string, field: string): Promise<unknown> {
  const { api_products: products } = parse(await readFile(join(folder, path), 'utf8')) as {
    readonly api_products: readonly Readonly<Record<string, unknown>>[];
  };
  return products.find(({ name }) => name !== 'other')?.[field];
}

test.each(CASES)('$name of $type products goes through every stage and back', async (field) => {
  const { type, name, schema } = field;
  const { first, second, path = name, held: onPortal } = sampleOf(name, schema);
  const { key, ...values } = onPortal ?? { key: name, first, second };
  await atWorkplace({ switches: { externalLabels: 'keep' } }, async (place) => {
    const { adc } = place;
    const synced = async (value: unknown): Promise<unknown> => {
      await declare(place, type, name, value);
      expect(await adc(SYNC)).toMatchObject({ exitCode: 0 });
      expect(await adc('diff')).toMatchObject({ exitCode: 0 });
      return held(place, key)[0];
    };
    expect(await synced(first)).toEqual(values.first);

    await declare(place, type, name, second);
    for (const format of ['text', 'json'])
      expect((await adc(['diff', '--format', format])).out).toContain(path);
    expect(await synced(second)).toEqual(values.second);

    expect(await adc('dump --skip-defaults --portal default -o dump.yaml')).toMatchObject({ exitCode: 0 });
    expect(await inFile(place, 'dump.yaml', name)).toEqual(second);

    await declare(place, type, name, first);
    expect(await adc('dump --update')).toMatchObject({ exitCode: 0 });
    expect(await inFile(place, FILE, name)).toEqual(second);
    expect(await adc('diff')).toMatchObject({ exitCode: 0 });

    if (!isNullable(schema)) return;
    const reset = await synced(null);
    expect(reset).not.toEqual(values.second);
    expect(reset).toEqual(held(place, key)[1]);
  });
});
