import * as fc from 'fast-check';
import type { Directory } from '../../../src/model/directory.ts';
import type { LivePortal, LiveProduct } from '../../../src/model/live.ts';
import type { Auth, ProductFields, ProductType } from '../../../src/model/product.ts';
import { completeFields } from '../../../src/fields/field-table.ts';
import { codePoint } from '../../support/code-point.ts';
import { livePortal } from '../../support/live-product.ts';
import { OPENAPI, OPENAPI_AS_JSON } from '../../support/openapi.ts';
import { directoryOf, type Pair } from './directory.ts';
import { DIFFICULT_TEXTS } from './difficult-texts.ts';

const text = fc.oneof(
  fc.constantFrom(...DIFFICULT_TEXTS),
  fc.string({ maxLength: 12 }),
  fc.string({ unit: codePoint, maxLength: 12 }),
  fc
    .array(fc.constantFrom(...DIFFICULT_TEXTS), { minLength: 2, maxLength: 3 })
    .map((parts) => parts.join('')),
);
const some = text.filter((one) => one !== '');
/** Excludes names that a dump would pin by id, because ids differ between portals. */
const productName = some.filter(
  (one) => Array.from(one).length <= 100 && !/[\p{Cc}\p{Cs}\u2028\u2029\ufffd]/u.test(one),
);

const GROUPS = ['g1', 'g2', 'g3'];
const SERVICES = ['s1', 's2', 's3'];
const PROVIDERS = ['d1', 'd2'];
const CONTACTS = ['c1', 'c2', 'c3'];

/** Names for all ids, or for all except one. Some names are equal. */
function pairs(ids: readonly string[]): fc.Arbitrary<readonly Pair[]> {
  const names = fc.array(fc.oneof(some, fc.constantFrom('same', 'other')), {
    minLength: ids.length - 1,
    maxLength: ids.length,
  });
  return names.map((given) => given.map((name, index): Pair => [ids[index] ?? '', name]));
}

export const arbitraryDirectory: fc.Arbitrary<Directory> = fc
  .record({
    groups: pairs(GROUPS),
    services: fc.tuple(pairs(SERVICES), pairs(SERVICES)).map(([g1, g2]) => ({ g1, g2 })),
    providers: pairs(PROVIDERS),
    contacts: fc.option(pairs(CONTACTS), { nil: undefined }),
  })
  .map(directoryOf);

const labels = fc
  .array(fc.tuple(text, some), { maxLength: 3 })
  .chain((entries) =>
    fc
      .constantFrom([], [['managed-by', 'adc']], [['managed-by', 'terraform']])
      .map((own) => Object.fromEntries([...entries, ...own]) as Record<string, string>),
  );

const hide_credentials = fc.boolean();
const keyName = fc.oneof(fc.constant('apikey'), some);
const auth: fc.Arbitrary<Auth> = fc
  .record(
    {
      key_auth: fc.record({ header: keyName, query: keyName, hide_credentials }),
      basic_auth: fc.record({ hide_credentials }),
      dcr: fc.record({ dcr_provider_id: fc.constantFrom(...PROVIDERS) }),
    },
    { requiredKeys: [] },
  )
  .filter((one) => Object.keys(one).length > 0);

const link = fc.record({
  gateway_group_id: fc.constantFrom(...GROUPS),
  service_id: fc.constantFrom(...SERVICES),
  linked_hosts: fc.array(some, { maxLength: 2 }),
});
const links = fc.uniqueArray(link, {
  maxLength: 4,
  selector: ({ gateway_group_id, service_id }) => gateway_group_id + service_id,
});

const notification = fc.record({
  event: fc.constantFrom('subscription_approval_created', 'subscription_approval_accepted'),
  type: fc.constantFrom('email', 'webhook'),
  contact_point_ids: fc.subarray(CONTACTS),
});

const common = {
  name: productName,
  desc: text,
  labels,
  logo: fc.oneof(
    text,
    fc.uint8Array({ maxLength: 8 }).map((bytes) => Buffer.from(bytes).toString('base64')),
  ),
  status: fc.constantFrom('draft', 'published'),
  visibility: fc.constantFrom('public', 'logged_in'),
};

const gateway = fc.record({
  ...common,
  subscription_auto_approval: fc.boolean(),
  can_view_unsubscribed: fc.boolean(),
  auth,
  linked_gateway_services: links,
  notifications: fc.array(notification, { maxLength: 2 }),
});
const external = fc.record({
  ...common,
  raw_openapi: fc.oneof(
    fc.constantFrom(OPENAPI, OPENAPI_AS_JSON, OPENAPI.replaceAll('\n', '\r\n'), `${OPENAPI}# é \t\n\n`),
    some,
    some.map((tail) => `openapi: 3.0.0\n${tail}`),
  ),
  server_urls: fc.array(some, { maxLength: 2 }),
});

const product: fc.Arbitrary<Omit<LiveProduct, 'id'>> = fc.oneof(
  gateway.map((fields) => productOf('gateway', fields as Partial<ProductFields> & { name: string })),
  external.map((fields) => productOf('external', fields as Partial<ProductFields> & { name: string })),
);

function productOf(
  type: ProductType,
  fields: Partial<ProductFields> & Pick<ProductFields, 'name'>,
): Omit<LiveProduct, 'id'> {
  return { type, fields: completeFields(fields), unreadable: [], raw: {} };
}

/** Products with different names. */
export const arbitraryPortal: fc.Arbitrary<LivePortal> = fc
  .uniqueArray(product, { maxLength: 4, selector: ({ fields }) => fields.name })
  .map((products) => livePortal(products.map((one, index) => ({ ...one, id: `id-${index}` }))));
