/** Numbers of equal width, because the server's search finds parts of names: no name may be a part of another. */
const padded = (index) => String(index).padStart(6, '0');

const GROUP = { id: 'default', name: 'default' };
const CONTACT_POINT = { id: 'team-0', name: 'team-0', type: 'email' };
/** Prevents a warning for each service. */
const SERVICE_OPENAPI = 'openapi: 3.0.3\ninfo: { title: Service, version: "1" }\npaths: {}\n';
const hostOf = (index) => `api-${padded(index)}.example.com`;
const descOf = (index) => `What product ${index} is for, in a sentence that developers read on the portal`;

/** A typical gateway product in 14 lines. */
function declaration(index) {
  return `  - name: Product ${padded(index)}
    type: gateway
    desc: ${descOf(index)}
    labels: { team: team-${index % 20}, tier: gold }
    status: published
    visibility: public
    auth:
      key_auth: { header: X-Key-${index} }
    linked_gateway_services:
      - gateway_group: default
        service: service-${padded(index)}
        linked_hosts: [${hostOf(index)}]
    notifications:
      - { event: subscription_approval_created, type: email, contact_points: [team-0] }
`;
}

/** The live product after `adc sync` created it. */
function liveProduct(index) {
  const service_id = `service-${padded(index)}`;
  return {
    portal: 'default',
    name: `Product ${padded(index)}`,
    id: `product-${padded(index)}`,
    type: 'gateway',
    desc: descOf(index),
    labels: { team: `team-${index % 20}`, tier: 'gold', 'managed-by': 'adc' },
    status: 'published',
    visibility: 'public',
    auth: { key_auth: { header: `X-Key-${index}` } },
    linked_gateway_services: [{ gateway_group_id: GROUP.id, service_id, linked_hosts: [hostOf(index)] }],
    notifications: [
      { event: 'subscription_approval_created', type: 'email', contact_point_ids: [CONTACT_POINT.id] },
    ],
  };
}

function service(index) {
  const name = `service-${padded(index)}`;
  return { id: name, name, gateway_group: GROUP.id, hosts: [hostOf(index)], openapi: SERVICE_OPENAPI };
}

const upTo = (count, make) => Array.from({ length: count }, (_, index) => make(index));

/** A product file with `count` gateway products that have one service each. */
export function declared(count) {
  return `api_products:\n${upTo(count, declaration).join('')}`;
}

/** A seed in which all these products are live and equal to their declarations. */
export function liveSeed(count) {
  return { ...emptySeed(count), api_products: upTo(count, liveProduct) };
}

/** A seed with all referenced resources and no products. */
export function emptySeed(count) {
  return {
    portals: [{ id: 'portal', name: 'default' }],
    gateway_groups: [GROUP],
    contact_points: [CONTACT_POINT],
    services: upTo(count, service),
  };
}

/** A path of an OpenAPI document, about 330 bytes. */
const openapiPath = (index, path) => [
  `/product-${padded(index)}/path-${padded(path)}/{id}`,
  {
    get: {
      operationId: `operation-${padded(path)}`,
      parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'string' } }],
      responses: {
        200: {
          description: `Everything about path ${padded(path)}`,
          content: { 'application/json': { schema: { $ref: '#/components/schemas/Thing' } } },
        },
      },
    },
  },
];

/** The OpenAPI document of an external product, in JSON. */
export function openapiDocument(index, paths) {
  return JSON.stringify({
    openapi: '3.0.3',
    info: { title: `Product ${padded(index)}`, version: '1' },
    paths: Object.fromEntries(upTo(paths, (path) => openapiPath(index, path))),
    components: { schemas: { Thing: { type: 'object', properties: { id: { type: 'string' } } } } },
  });
}

const externalName = (index) => `External ${padded(index)}`;

/** External products with these OpenAPI files, to append to declared(). */
export function declaredExternal(files) {
  const one = (file, index) => `  - name: ${externalName(index)}
    type: external
    status: published
    server_urls: [https://${hostOf(index)}]
    openapi_file: ${file}
`;
  return files.map(one).join('');
}

/** The live products of declaredExternal(). */
export function liveExternal(documents) {
  return documents.map((raw_openapi, index) => ({
    portal: 'default',
    name: externalName(index),
    id: `external-${padded(index)}`,
    type: 'external',
    labels: { 'managed-by': 'adc' },
    status: 'published',
    server_urls: [`https://${hostOf(index)}`],
    raw_openapi,
  }));
}
