import { COMMENT_CODES } from '../src/model/diagnostic-codes/comment-codes.ts';
import type { CodeRow } from '../src/model/diagnostic-codes/code-row.ts';
import { FILE_CODES } from '../src/model/diagnostic-codes/file-codes.ts';
import { OPENAPI_CODES } from '../src/model/diagnostic-codes/openapi-codes.ts';
import { PORTAL_CODES } from '../src/model/diagnostic-codes/portal-codes.ts';
import { PRODUCT_CODES } from '../src/model/diagnostic-codes/product-codes.ts';
import { SYNTAX_CODES } from '../src/model/diagnostic-codes/syntax-codes.ts';

interface Group {
  readonly title: string;
  readonly about: string;
  readonly codes: Readonly<Record<string, CodeRow>>;
}

export const GROUPS: readonly Group[] = [
  { title: 'Files', about: 'Before anything in them is read.', codes: FILE_CODES },
  { title: 'Syntax and variables', about: 'Of YAML, JSON and `${NAME}`.', codes: SYNTAX_CODES },
  { title: 'Products', about: 'What product files say.', codes: PRODUCT_CODES },
  {
    title: 'OpenAPI documents',
    about:
      'What spoils the page that a portal makes of a document is an error; what only breaks the rules of OpenAPI is a ' +
      'warning.',
    codes: OPENAPI_CODES,
  },
  { title: 'Comments for adc', about: 'Of the comments that are described below.', codes: COMMENT_CODES },
  {
    title: 'Against the portal',
    about: 'Found by `adc validate`, `adc diff` and `adc sync`; `adc lint` never asks the portal.',
    codes: PORTAL_CODES,
  },
];

/** docs/reference/diagnostics.md: every code with what it means and what to do, from the tables in src/model/diagnostic-codes/. */
export function diagnosticsPage(): string {
  return [HEAD, ...GROUPS.map(groupText), TURNING_DOWN].join('\n');
}

const HEAD = `# Diagnostics

<!-- Made by \`npm run docs\` from src/model/diagnostic-codes/. Do not edit. -->

Each mistake in what people wrote is shown with its place, what is wrong and what to do. Its code, in brackets, is stable:
scripts may rely on it. An error ends the command with exit code 1 before anything is sent. A warning and an info do not;
\`adc lint --strict\` makes warnings errors.
`;

const TURNING_DOWN = `## Turning diagnostics down

Some codes can be turned down, because they leave the portal as safe as before: they are about how a page reads, or about
good habits. All others decide which products, services and subscriptions a run touches, or whether a file says what its
author meant, so nothing turns them off.

- \`adc lint --rule code=off\`, \`code=info\` or \`code=warning\`, which may be repeated, holds for one run of lint.
- \`# adc-lint-disable-next-line code[, code] -- reason\` on a line of its own, in a product file or an OpenAPI file in
  YAML, turns codes off for the next line.
- \`# adc-lint-disable code[, code] -- reason\` turns them off for its whole file.

Comments hold for every command, since an error of a file ends each of them. The reason is for people; it is not read.
`;

function groupText({ title, about, codes }: Group): string {
  return [`## ${title}\n\n${about}\n`, ...Object.entries(codes).map(codeText)].join('\n');
}

function codeText([code, { severity, about, remedy, adjustable }]: readonly [string, CodeRow]): string {
  const fixed = adjustable === true ? 'can be turned down' : 'can not be turned down';
  return `### ${code}\n\n${severity}, ${fixed}\n\n${about}\n\nWhat to do: ${remedy}\n`;
}
