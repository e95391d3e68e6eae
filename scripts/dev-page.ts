import { SWITCH_TABLE } from '../src/emulator/switches.ts';
import seed from '../schemas/seed.schema.json' with { type: 'json' };
import { fieldTable, partText } from './json-page.ts';
import { fieldsOf, typeText, type Schema } from './json-schema.ts';
import { codes, made, prose, table } from './markdown.ts';

/** docs/reference/dev.md: the switches and the faults of the embedded Admin API. */
export function devPage(): string {
  const rows = Object.entries(SWITCH_TABLE).map(([name, { allowed, fallback, about }]) => [
    codes([name]),
    codes(allowed.includes(' | ') ? allowed.split(' | ') : []) || prose(allowed),
    codes([fallback]),
    prose(about),
  ]);
  return [
    HEAD,
    table(['switch', 'values', 'default', 'what it decides'], rows),
    SERVED,
    FAULTS,
    ...seedText(seed),
  ].join('\n');
}

function seedText(schema: Schema): readonly string[] {
  const definitions = Object.entries(schema.definitions ?? {});
  const link = (name: string): string => {
    const part = schema.definitions?.[name] ?? {};
    return part.properties === undefined ? typeText(part, link) : `[${name}](#${name.toLowerCase()})`;
  };
  const parts = definitions.filter(([, part]) => part.properties !== undefined);
  return [
    SEED,
    fieldTable(fieldsOf(schema), link),
    ...parts.map(([name, part]) => partText(name, part, link)),
  ];
}

const HEAD = `# Switches and faults of adc dev

${made('src/emulator/')}

## Switches

Some behaviour of the real server is unknown or differs between versions. \`--set name=value\` selects a variant. The defaults are the
most dangerous plausible variants.
`;

const SERVED = `## What it serves

- The dashboard port serves the Admin API in both dialects: products, subscriptions, approvals, developers, and the portals,
  gateway groups, services and DCR providers around them. Lists without \`order_by\` come in random order, unless you pass
  \`--set rowOrder=stable\`.
- The other port serves the Developer Portal backend, as its documentation describes it. Switches for the dashboard do not change
  it. It refuses parameters that the documentation lacks.
- \`/\` of each port says how to use it. \`adc dev subscribe <application> <product>\` and \`adc dev approve [--all]\` act as a developer
  and as an administrator, on the \`adc dev\` that runs at \`ADC_SERVER\`.
- Routes, certificates and login options are kept and have no effect. The licence, the password and the system settings are accepted
  and not kept.
`;

const FAULTS = `## Faults

\`--fault '<requests>: <what goes wrong> [x<times>]'\` makes requests fail, to the Admin API and to the Developer
Portal backend: once by default, always with \`x*\`.

- Requests: a method, \`read\` or \`write\`, a path in which \`*\` matches any text, \`#3\` for the third one and those after it, or \`*\`
  for all. A request must match all of these words.
- \`delay 500ms\`: a delayed response.
- A status code, such as \`409\`, \`500\` or \`502\`: the server does nothing. 500 has an empty body, 502 and 504 have HTML, all others
  have JSON. \`-empty\`, \`-html\` and \`-json\` select the body. With \`-after\`, the server applies the request first. \`429 retry-after 2\`
  sends the header \`Retry-After\`.
- \`close-before\`, \`close-after\`: the server closes the connection, before or after it applies the request.
- \`garbage-html\`, \`garbage-json\`, \`garbage-deep\`, \`endless\`, \`huge\`: the server applies the request, and responds with status 200 and an invalid body.
- \`redirect <url>\`: a redirect to there.
`;

const SEED = `## Seed

\`--seed <path>\` names a JSON file with the initial data. Items refer to each other by name or id. Unknown keys, invalid values and
references to missing items are errors with their place. Schema: \`adc schema seed\`. Keys marked with a star are required.

\`\`\`json
{
  "portals": [{ "name": "default" }],
  "gateway_groups": [{ "id": "default", "name": "default" }],
  "services": [{ "id": "payments", "name": "payments", "gateway_group": "default" }],
  "api_products": [
    {
      "portal": "default",
      "name": "Payments API",
      "type": "gateway",
      "status": "published",
      "auth": { "key-auth": {} },
      "linked_gateway_services": [{ "gateway_group_id": "default", "service_id": "payments" }]
    }
  ],
  "developers": [{ "name": "dora", "portal": "default" }],
  "applications": [{ "name": "shop", "developer": "dora" }],
  "subscriptions": [{ "application": "shop", "api_product": "Payments API", "status": "subscribed" }]
}
\`\`\`
`;
