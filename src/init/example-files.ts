import { stringify } from 'yaml';
import type { NewFile } from './new-file.ts';

interface Head {
  readonly portal: string;
  readonly owner: string;
  readonly schema: string;
}

/** A product file with a product of each type, and the OpenAPI document that one of them includes. */
export function exampleFiles(head: Head): readonly NewFile[] {
  return [
    { path: 'api-products.yaml', content: productFile(head) },
    { path: 'openapi/orders.yaml', content: OPENAPI },
  ];
}

/** Both products are drafts: portal users do not see them before they are published. */
function productFile({ portal, owner, schema }: Head): string {
  const name = stringify(portal.replaceAll('${', '\\${'), { lineWidth: 0, compat: 'yaml-1.1' }).trimEnd();
  return `# yaml-language-server: $schema=${schema}
portal: ${name} # name or id
owner: ${owner} # who manages these products; adc changes no product of another owner
api_products:
  # Offers a service of the gateway. The names are those of the control plane: put yours here.
  - name: Payments API # the identity of a product within its portal
    type: gateway
    desc: Payment processing APIs for developers
    labels:
      team: payments
    status: draft # draft | published
    visibility: public # public | logged_in
    auth: # key_auth, basic_auth, dcr: one or more
      key_auth: {}
    linked_gateway_services:
      - gateway_group: default
        service: payments

  # Documents an API that is served elsewhere.
  - name: Orders API
    type: external
    desc: Orders of the shop
    status: draft
    visibility: public
    openapi_file: openapi/orders.yaml
    server_urls:
      - https://orders.example.com
`;
}

const OPENAPI = `openapi: 3.0.3
info:
  title: Orders API
  version: 1.0.0
servers:
  - url: https://orders.example.com
paths:
  /orders/{id}:
    get:
      operationId: getOrder
      summary: Gives one order
      parameters:
        - name: id
          in: path
          required: true
          schema:
            type: string
      responses:
        '200':
          description: The order
          content:
            application/json:
              schema:
                $ref: '#/components/schemas/Order'
        '404':
          description: There is no such order
components:
  schemas:
    Order:
      type: object
      required: [id]
      properties:
        id:
          type: string
`;
