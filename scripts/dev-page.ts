import { SWITCH_TABLE } from '../src/emulator/switches.ts';
import { codes, made, prose, table } from './markdown.ts';

/** docs/reference/dev.md: the switches and the faults of the embedded Admin API. */
export function devPage(): string {
  const rows = Object.entries(SWITCH_TABLE).map(([name, { allowed, fallback, about }]) => [
    codes([name]),
    codes(allowed.includes(' | ') ? allowed.split(' | ') : []) || prose(allowed),
    codes([fallback]),
    prose(about),
  ]);
  return [HEAD, table(['switch', 'values', 'default', 'what it decides'], rows), FAULTS].join('\n');
}

const HEAD = `# Switches and faults of adc dev

${made('src/emulator/')}

## Switches

What is not known of the real server, or varies between its versions; \`--set name=value\` decides. The defaults are the
most dangerous readings that are plausible.
`;

const FAULTS = `## Faults

\`--fault '<requests>: <what goes wrong> [x<times>]'\` breaks requests: once unless told otherwise, \`x*\` is for ever.

- Requests, each word narrowing them down: a method, \`read\` or \`write\`, a path in which \`*\` is anything, \`#3\` for the third
  one from then on, \`*\` for every one.
- \`delay 500ms\`: the ordinary answer, late.
- A status, such as \`409\`, \`500\` or \`502\`, and nothing is done. 500 has an empty body, 502 and 504 have HTML, all others
  JSON; \`-empty\`, \`-html\` and \`-json\` decide, \`-after\` lets the request be carried out first, \`429 retry-after 2\` says when
  to come back.
- \`close-before\`, \`close-after\`: the connection is cut, before or after the request is carried out.
- \`garbage-html\`, \`garbage-json\`, \`garbage-deep\`, \`endless\`, \`huge\`: carried out, and answered with status 200 and nonsense.
- \`redirect <url>\`: a redirect to there.
`;
