/** A product of 14 lines, as people write them. */
function product(index) {
  return `  - name: Product ${index}
    type: gateway
    desc: What product ${index} is for, in a sentence that developers read on the portal
    labels: { team: team-${index % 20}, tier: gold }
    status: published
    visibility: public
    auth:
      key_auth: { header: X-Key-${index} }
    linked_gateway_services:
      - gateway_group: default
        service: service-${index}
        linked_hosts: [api-${index}.example.com]
    notifications:
      - { event: subscription_approval_created, type: email, contact_points: [team-${index % 20}] }
`;
}

/** A product file with so many gateway products. */
export function productFile(count) {
  return `api_products:\n${Array.from({ length: count }, (_, index) => product(index)).join('')}`;
}

/** The last lines of a product file: an external product whose OpenAPI document is that file. */
export function externalProduct(file) {
  return `  - name: External
    type: external
    status: draft
    server_urls: [https://a.example.com]
    openapi_file: ${file}
`;
}

/** An OpenAPI document with so many paths, some 250 bytes each. */
export function openapiDocument(paths) {
  const operation = (index) => ({
    operationId: `operation-${index}`,
    parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'string' } }],
    responses: {
      200: {
        description: 'ok',
        content: { 'application/json': { schema: { $ref: '#/components/schemas/Thing' } } },
      },
    },
  });
  const entries = Array.from({ length: paths }, (_, index) => [`/p${index}/{id}`, { get: operation(index) }]);
  const schemas = { Thing: { type: 'object', properties: { id: { type: 'string' } } } };
  const info = { title: 'Things', version: '1' };
  return JSON.stringify({
    openapi: '3.0.3',
    info,
    paths: Object.fromEntries(entries),
    components: { schemas },
  });
}
