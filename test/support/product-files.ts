/** Product files that several tests use. */

export const PAYMENTS = `portal: default
api_products:
  - name: Payments API
    type: gateway
    status: published
    auth:
      key_auth: {}
    linked_gateway_services:
      - gateway_group: default
        service: payments
`;

export const OPENAPI = `openapi: 3.0.3
info:
  title: Billing
  version: 1.0.0
paths:
  /invoices:
    get:
      responses:
        "200":
          description: All invoices
`;

/** A gateway product with one service, as an item of `api_products`. */
export function product(name: string, service: string, lines: readonly string[] = []): string {
  return [
    `  - name: ${name}`,
    '    type: gateway',
    '    status: published',
    '    auth: { key_auth: {} }',
    `    linked_gateway_services: [{ gateway_group: default, service: ${service} }]`,
    ...lines.map((line) => `    ${line}`),
    '',
  ].join('\n');
}

export function productFile(...products: readonly string[]): string {
  return `portal: default\napi_products:\n${products.join('')}`;
}
