import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const GROUPS = 5;
const TEAMS = 20;
const groupOf = (index) => `group-${index % GROUPS}`;
const teamOf = (index) => `team-${index % TEAMS}`;

/** One of 100 products differs: half of these in the description, a quarter each is created or deleted. */
const differs = (index) => index % 200 === 7;
const isNew = (index) => index % 400 === 11;
const isDeleted = (index) => index % 400 === 13;

/** A product with 40 typical lines of YAML. */
function productText(index) {
  return `  - name: Product ${index}
    # Ask ${teamOf(index)} before changing anything here.
    type: gateway
    desc: |
      What product ${index} is for, in a few sentences that developers read on the portal
      before they subscribe: what it does, what it does not do, and whom to ask.
      Its limits are ${index % 90} requests a second, and more on request.
    labels:
      team: ${teamOf(index)}
      tier: gold
      region: eu-${index % 3}
      cost-center: "${1000 + (index % 500)}"
    status: published
    visibility: public
    subscription_auto_approval: false
    can_view_unsubscribed: true
    auth:
      key_auth:
        header: X-Key-${index}
        query: key
        hide_credentials: true
      basic_auth:
        hide_credentials: false
    linked_gateway_services:
      - gateway_group: ${groupOf(index)}
        service: service-${index}-read
        linked_hosts:
          - read-${index}.example.com
          - read-${index}.example.org
      - gateway_group: ${groupOf(index)}
        service: service-${index}-write
        linked_hosts: [write-${index}.example.com]
    notifications:
      - event: subscription_approval_created
        type: email
        contact_points: [${teamOf(index)}]
      - event: subscription_approval_cancelled
        type: email
        contact_points:
          - ${teamOf(index)}
`;
}

function serviceId(index, side) {
  return `service-id-${index}-${side}`;
}

/** The live product. */
function productRow(index) {
  const link = (side, hosts) => ({
    gateway_group_id: groupOf(index),
    service_id: serviceId(index, side),
    linked_hosts: hosts,
  });
  const notification = (event) => ({ event, type: 'email', contact_point_ids: [teamOf(index)] });
  return {
    id: `product-${index}`,
    portal: 'default',
    name: `Product ${index}`,
    type: 'gateway',
    desc: differs(index)
      ? `What product ${index} was for`
      : `What product ${index} is for, in a few sentences that developers read on the portal
before they subscribe: what it does, what it does not do, and whom to ask.
Its limits are ${index % 90} requests a second, and more on request.
`,
    labels: {
      team: teamOf(index),
      tier: 'gold',
      region: `eu-${index % 3}`,
      'cost-center': String(1000 + (index % 500)),
      'managed-by': 'adc',
    },
    status: 'published',
    visibility: 'public',
    subscription_auto_approval: false,
    can_view_unsubscribed: true,
    auth: {
      key_auth: { header: `X-Key-${index}`, query: 'key', hide_credentials: true },
      basic_auth: { hide_credentials: false },
    },
    linked_gateway_services: [
      link('read', [`read-${index}.example.com`, `read-${index}.example.org`]),
      link('write', [`write-${index}.example.com`]),
    ],
    notifications: [
      notification('subscription_approval_created'),
      notification('subscription_approval_cancelled'),
    ],
  };
}

const numbers = (count) => Array.from({ length: count }, (_, index) => index);

/** The product file with the products of these numbers. */
export function companyText(from, to) {
  const declared = numbers(to - from).map((place) => from + place);
  return `api_products:\n${declared
    .filter((index) => !isDeleted(index))
    .map(productText)
    .join('')}`;
}

/** Writes files with 100 products each into a folder. */
export async function writeCompany(folder, count) {
  await mkdir(folder, { recursive: true });
  for (let from = 0; from < count; from += 100) {
    const text = companyText(from, Math.min(count, from + 100));
    await writeFile(join(folder, `products-${String(from).padStart(6, '0')}.yaml`), text);
  }
}

/** The live products, as a seed of the embedded Admin API. */
export function companySeed(count) {
  const named = (name) => ({ id: name, name });
  const service = (index, side, hosts) => ({
    id: serviceId(index, side),
    name: `service-${index}-${side}`,
    gateway_group: groupOf(index),
    hosts,
  });
  return {
    portals: [named('default')],
    gateway_groups: numbers(GROUPS).map((index) => named(groupOf(index))),
    services: numbers(count).flatMap((index) => [
      service(index, 'read', [`read-${index}.example.com`, `read-${index}.example.org`]),
      service(index, 'write', [`write-${index}.example.com`]),
    ]),
    contact_points: numbers(TEAMS).map((index) => ({ ...named(teamOf(index)), type: 'email' })),
    api_products: numbers(count)
      .filter((index) => !isNew(index))
      .map(productRow),
  };
}
