import * as fc from 'fast-check';
import type { Seed } from '../../../src/emulator/seed.ts';
import { defaultSeed } from '../../../src/emulator/seed.ts';
import type { Switches } from '../../../src/emulator/switches.ts';
import type { JsonObject } from '../../../src/model/product.ts';
import { OPENAPI, OPENAPI_AS_JSON } from '../../support/openapi.ts';
import { DIFFICULT_TEXTS } from './difficult-texts.ts';

const lines = DIFFICULT_TEXTS.filter(
  (text) => !/[\n\r]/.test(text) && text.trim() !== '' && text.length <= 60,
);
const isWellFormed = (text: string): boolean => !/\p{Cs}/u.test(text);
const line = fc.oneof(
  fc.constantFrom(...lines),
  fc.string({ minLength: 1, maxLength: 12, unit: 'grapheme' }),
);
/** Excludes names that a dump would pin by id, because ids differ between portals. */
const name = line.filter((text) => !/[\p{Cc}\p{Cs}\u2028\u2029\ufffd]/u.test(text));
const text = fc.oneof(fc.constantFrom(...DIFFICULT_TEXTS), fc.string({ maxLength: 12 }));

const common = {
  name,
  desc: text.filter(isWellFormed),
  labels: fc.dictionary(fc.constantFrom('team', 'no', '1.10', '${K}', 'a b'), name, { maxKeys: 2 }),
  owned: fc.boolean(),
  published: fc.boolean(),
  visibility: fc.constantFrom('public', 'logged_in'),
};

const hide_credentials = fc.boolean();
const auth = fc
  .record(
    {
      key_auth: fc.record(
        { header: fc.constantFrom('apikey', 'x-key', 'no'), query: fc.constant('key'), hide_credentials },
        { requiredKeys: [] },
      ),
      basic_auth: fc.record({ hide_credentials }, { requiredKeys: [] }),
      dcr: fc.constant({ dcr_provider_id: 'dc000000-0000-4000-8000-000000000001' }),
    },
    { requiredKeys: [] },
  )
  .filter((one) => Object.keys(one).length > 0);

const CONTACTS = {
  email: 'c0000000-0000-4000-8000-000000000001',
  webhook: 'c0000000-0000-4000-8000-000000000002',
};
const notification = fc
  .tuple(fc.constantFrom('created', 'accepted'), fc.constantFrom('email' as const, 'webhook' as const))
  .map(([event, type]) => ({
    event: `subscription_approval_${event}`,
    type,
    contact_point_ids: [CONTACTS[type]],
  }));

const gateway = fc.record({
  ...common,
  subscription_auto_approval: fc.boolean(),
  can_view_unsubscribed: fc.boolean(),
  auth,
  /** The number of free services that it takes. */
  services: fc.nat({ max: 2 }),
  allHosts: fc.boolean(),
  notifications: fc.uniqueArray(notification, { maxLength: 2, selector: (one) => one.event + one.type }),
});

const SERVED = `${OPENAPI}servers: [{ url: https://a.example.com }]\n`;
const external = fc.record({
  ...common,
  raw_openapi: fc.constantFrom(SERVED, SERVED.replaceAll('\n', '\r\n'), `# é\n${SERVED}`, OPENAPI_AS_JSON),
  server_urls: fc.constantFrom(
    ['https://a.example.com/v1'],
    ['https://b.example.com', 'https://a.example.com/${X}'],
  ),
});

type Drawn<Kind> = Kind extends fc.Arbitrary<infer Value> ? Value : never;

export interface DrawnPortal {
  readonly gateways: readonly Drawn<typeof gateway>[];
  readonly externals: readonly Drawn<typeof external>[];
}

/** Products with different names. */
export const arbitraryProducts: fc.Arbitrary<DrawnPortal> = fc
  .record({
    gateways: fc.uniqueArray(gateway, { maxLength: 4, selector: (one) => one.name }),
    externals: fc.uniqueArray(external, { maxLength: 3, selector: (one) => one.name }),
  })
  .map(({ gateways, externals }) => {
    const taken = new Set(gateways.map((one) => one.name));
    return { gateways, externals: externals.filter((one) => !taken.has(one.name)) };
  });

/** All switches that affect reads. */
export const arbitrarySwitches: fc.Arbitrary<Partial<Switches>> = fc.record({
  putSemantics: fc.constantFrom('merge', 'replace'),
  authEcho: fc.constantFrom('bare', 'defaulted'),
  authKeys: fc.constantFrom('hyphen', 'underscore', 'dialect'),
  authEchoLocks: fc.boolean(),
  timestamps: fc.constantFrom('iso', 'unix'),
  getReturnsOpenapi: fc.constantFrom('raw_openapi', 'raw_openapis', 'none'),
  listRows: fc.constantFrom('full', 'summary', 'shortened', 'partial'),
  defaultPageSize: fc.constantFrom('none' as const, 10 as const),
  maxPageSize: fc.constantFrom(1, 2, 100),
  paging: fc.constantFrom('honoured', 'ignored'),
  rowOrder: fc.constantFrom('hostile', 'stable'),
  writeAnswer: fc.constantFrom('value', 'id-only', 'empty'),
  externalLabels: fc.constantFrom('keep', 'drop'),
  extraFields: fc.boolean(),
  contactPoints: fc.constantFrom('on', 'off'),
  meEndpoint: fc.constantFrom('on', 'off'),
  subscriptionsEndpoint: fc.constantFrom('on', 'nested', 'flat', 'off'),
  portals: fc.constant('on'),
});

interface ServiceRow {
  readonly id?: string;
  readonly gateway_group: string;
  readonly name: string;
  readonly hosts?: readonly string[];
}

/** The default seed with these products. Not every server can publish the service `undocumented`. */
export function seedWith({ gateways, externals }: DrawnPortal): Seed {
  const seed = defaultSeed();
  const free = (seed.services ?? []).filter((one) => one.name !== 'undocumented' && !('template_id' in one));
  const products: JsonObject[] = gateways.map(({ services, allHosts, ...one }) => {
    const links = free.splice(0, services).map((service) => linkTo(service, allHosts));
    const status = one.published && links.length > 0 ? 'published' : 'draft';
    return { ...plain(one), type: 'gateway', status, linked_gateway_services: links };
  });
  const others = externals.map((one): JsonObject => ({
    ...plain(one),
    type: 'external',
    status: one.published ? 'published' : 'draft',
  }));
  const portal = 'default';
  return { ...seed, api_products: [...products, ...others].map((one) => ({ ...one, portal })) };
}

/** The generated fields of a product, without those that need conversion. */
function plain({ owned, labels, ...fields }: JsonObject): JsonObject {
  const own = owned === true ? { 'managed-by': 'adc' } : {};
  const kept = Object.entries(fields).filter(([name]) => name !== 'published');
  return { ...Object.fromEntries(kept), labels: { ...(labels as JsonObject), ...own } };
}

function linkTo({ id = '', gateway_group, hosts = [] }: ServiceRow, allHosts: boolean): JsonObject {
  const linked_hosts = allHosts ? [] : hosts.slice(0, 1);
  return {
    gateway_group_id: gateway_group === 'default' ? 'default' : '66000000-0000-4000-8000-000000000002',
    service_id: id,
    linked_hosts,
  };
}
