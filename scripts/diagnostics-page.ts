import {
  COMMENT_CODES,
  CONFIG_CODES,
  FILE_CODES,
  SYNTAX_CODES,
} from '../src/model/diagnostic-codes/file-codes.ts';
import type { CodeRow } from '../src/model/diagnostic.ts';
import { OPENAPI_CODES } from '../src/model/diagnostic-codes/openapi-codes.ts';
import { PORTAL_CODES } from '../src/model/diagnostic-codes/portal-codes.ts';
import { PRODUCT_CODES } from '../src/model/diagnostic-codes/product-codes.ts';

interface Group {
  readonly title: string;
  readonly about: string;
  readonly codes: Readonly<Record<string, CodeRow>>;
}

export const GROUPS: readonly Group[] = [
  { title: 'Files', about: 'Problems with finding and opening files.', codes: FILE_CODES },
  {
    title: 'Config and environments',
    about: 'Problems in `adc.config.yaml` and with what depends on it.',
    codes: CONFIG_CODES,
  },
  { title: 'Syntax and variables', about: 'Problems in YAML, JSON and `${NAME}`.', codes: SYNTAX_CODES },
  { title: 'Products', about: 'Problems in the fields of product files.', codes: PRODUCT_CODES },
  {
    title: 'OpenAPI documents',
    about:
      'A problem that breaks the page of a document on the portal is an error; another violation of OpenAPI is a ' +
      'warning.',
    codes: OPENAPI_CODES,
  },
  {
    title: 'Comments for adc',
    about: 'Problems in the comments that are described below.',
    codes: COMMENT_CODES,
  },
  {
    title: 'Against the portal',
    about: '`adc validate`, `adc diff` and `adc sync` find these. `adc lint` never connects to the portal.',
    codes: PORTAL_CODES,
  },
];

/** docs/reference/diagnostics.md: every code with its meaning and its remedy, from the tables in src/model/diagnostic-codes/. */
export function diagnosticsPage(): string {
  return [HEAD, ...GROUPS.map(groupText), TURNING_DOWN].join('\n');
}

const HEAD = `# Diagnostics

<!-- Made by \`npm run docs\` from src/model/diagnostic-codes/. Do not edit. -->

A diagnostic shows the place of a problem, what is wrong and what to do. Its code, in brackets, is stable, so scripts can rely
on it. An error ends the command with exit code 1 before the first write. A warning or an info does not. \`adc lint --strict\` treats
warnings as errors.
`;

const TURNING_DOWN = `## Turn diagnostics off

You can turn off some codes: those about the readability of a page, and about good habits. All others protect products, services
and subscriptions, so nothing turns them off.

- \`adc lint --rule code=off\`, \`code=info\` or \`code=warning\`, which may be repeated, applies to one run of lint.
- \`# adc-lint-disable-next-line code[, code] -- reason\` on a line of its own, in a product file or an OpenAPI file in
  YAML, turns codes off for the next line.
- \`# adc-lint-disable code[, code] -- reason\` turns them off for its whole file.

Comments apply to every command, because an error in a file stops each of them. The reason is for people; adc does not read it.
`;

function groupText({ title, about, codes }: Group): string {
  return [`## ${title}\n\n${about}\n`, ...Object.entries(codes).map(codeText)].join('\n');
}

function codeText([code, { severity = 'error', about, remedy, adjustable }]: readonly [
  string,
  CodeRow,
]): string {
  const fixed = adjustable === true ? 'can be turned off' : 'cannot be turned off';
  return `### ${code}\n\n${severity}, ${fixed}\n\n${about}\n\nWhat to do: ${remedy}\n`;
}
