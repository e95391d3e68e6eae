import { nearest } from '../lib/nearest.ts';

/** An open question about the real server (docs/design/admin-api.md §15), and the behaviour of the emulator. */
interface SwitchRow<Value> {
  readonly fallback: Value;
  /** The allowed values, for help texts and errors. */
  readonly allowed: string;
  readonly about: string;
  /** Parses a value; undefined if it is invalid. */
  readonly read: (text: string) => Value | undefined;
}

/** Each default is the most dangerous behaviour that agrees with documentation and observations. */
export const SWITCH_TABLE = {
  putSemantics: choice(
    ['merge', 'replace'],
    'replace',
    'PUT: keeps omitted fields, or sets them to defaults and `draft`',
  ),
  authEcho: choice(['bare', 'defaulted'], 'bare', 'auth in responses: as written, or with defaults'),
  authKeys: choice(
    ['hyphen', 'underscore', 'dialect'],
    'dialect',
    'spelling of key-auth in responses; `dialect`: underscore in path, hyphen in query, and the server refuses the other one',
  ),
  authEchoLocks: flag(
    false,
    'the server refuses an unchanged auth in a PUT of a published product; an omitted auth stays',
  ),
  timestamps: choice(['iso', 'unix'], 'iso', 'times in responses: ISO 8601 text, or seconds'),
  getReturnsOpenapi: choice(
    ['raw_openapi', 'raw_openapis', 'none'],
    'raw_openapi',
    'field of responses with the OpenAPI text of an external product',
  ),
  listRows: choice(
    ['full', 'summary', 'shortened', 'partial'],
    'summary',
    'rows of the product list: whole products, name and status only, whole except long texts and lists, which are cut off, or whole except drafts, which have no auth, links and document',
  ),
  defaultPageSize: choice(['none', 10], 'none', 'rows of a list without page_size in the request'),
  maxPageSize: number(1, 100, 'the server uses this page_size instead of a larger one'),
  paging: choice(
    ['honoured', 'ignored', 'endless'],
    'honoured',
    'page and page_size: obeyed, without effect, or a product list without end',
  ),
  rowOrder: choice(
    ['hostile', 'stable'],
    'hostile',
    'hostile: rows (without order_by) and keys of objects come in another order each time',
  ),
  linkConflictStatus: choice([400, 409], 409, 'status code if another product has the service'),
  lockedAuthStatus: choice([400, 409], 400, 'status code for a change of auth while published'),
  deleteBody: choice(['empty', 'object', 'value'], 'empty', 'body of the response to a DELETE'),
  writeAnswer: choice(
    ['value', 'id-only', 'empty'],
    'value',
    'body of the response to a POST or PUT of a product',
  ),
  warningMsg: text('', 'warning_msg in responses to writes'),
  requireOpenapi: flag(false, 'publishing needs an OpenAPI document on every linked service'),
  requireLinkOnPublish: flag(true, 'publishing a gateway product needs a linked service'),
  unpublishEndsPending: flag(true, 'unpublishing also ends pending subscriptions'),
  externalLabels: choice(
    ['keep', 'drop', 'refuse'],
    'refuse',
    'labels of external products in a write: kept, ignored, or an error; if not kept, labels of a seed are omitted',
  ),
  externalLogo: choice(['accept', 'refuse'], 'accept', 'logo of external products'),
  readOnlyKeys: choice(['ignore', 'refuse'], 'ignore', 'server-owned fields such as created_at in a write'),
  extraFields: flag(true, 'responses have undocumented fields; some are writable, and lost if not sent back'),
  subscriptionsFilter: choice(
    ['honoured', 'ignored'],
    'honoured',
    'ignored: lists of subscriptions have those of all products',
  ),
  subscriptionsEndpoint: choice(
    ['on', 'nested', 'flat', 'off'],
    'on',
    'existing lists of subscriptions: below the product, /api/subscriptions, both or none',
  ),
  approvals: choice(
    ['on', 'dashboard', 'backend', 'off'],
    'on',
    'existing lists of approvals: of the dashboard, of the Developer Portal backend (since 3.9.14 and 3.10.1), both or none',
  ),
  backend: choice(['on', 'off'], 'on', 'off: a server from before 3.9, without a Developer Portal backend'),
  developerHeader: choice(
    ['optional', 'required'],
    'optional',
    'X-Portal-Developer-ID in requests to the Developer Portal backend that are about no developer',
  ),
  contactPoints: choice(['on', 'off'], 'on', '/api/contact_points exists'),
  meEndpoint: choice(['on', 'off'], 'on', '/api/me exists'),
  portals: choice(['on', 'off'], 'on', 'off: a server from before 3.8.18, without portals'),
  version: text('3.9.3', 'what /api/version says'),
  credentials: choice(
    ['strict', 'any'],
    'strict',
    'strict: the path dialect accepts no X-API-KEY, the query dialect no Bearer; any: both accept all',
  ),
} as const;

type Table = typeof SWITCH_TABLE;
export type Switches = { readonly [Name in keyof Table]: Table[Name]['fallback'] };

/** The given switches, completed by defaults. */
export function completeSwitches(given: Partial<Switches> = {}): Switches {
  const fallbacks = Object.entries(SWITCH_TABLE).map(([name, row]) => [name, row.fallback]);
  return { ...(Object.fromEntries(fallbacks) as Switches), ...given };
}

/**
 * Parses `name=value`, the argument of `adc dev --set`.
 * @throws Error that lists the known names, or the allowed values.
 */
export function parseSwitch(setting: string): Partial<Switches> {
  const [name = '', ...rest] = setting.split('=');
  if (!Object.hasOwn(SWITCH_TABLE, name) || rest.length === 0) {
    const names = Object.keys(SWITCH_TABLE);
    const near = nearest(name, names);
    const known = near === undefined ? `: ${names.join(', ')}` : `. Did you mean ${near}?`;
    throw new Error(`"${setting}" is not name=value with a known name${known}`);
  }
  const row: SwitchRow<unknown> = SWITCH_TABLE[name as keyof Table];
  const value = row.read(rest.join('='));
  if (value === undefined) throw new Error(`"${setting}": ${name} takes ${row.allowed}`);
  return { [name]: value };
}

function choice<const Value extends string | number>(
  values: readonly Value[],
  fallback: NoInfer<Value>,
  about: string,
): SwitchRow<Value> {
  const read = (text: string): Value | undefined => values.find((value) => String(value) === text);
  return { fallback, allowed: values.join(' | '), about, read };
}

function flag(fallback: boolean, about: string): SwitchRow<boolean> {
  const values = new Map([
    ['true', true],
    ['false', false],
  ]);
  return { fallback, allowed: 'true | false', about, read: (text) => values.get(text) };
}

function number(least: number, fallback: number, about: string): SwitchRow<number> {
  const read = (text: string): number | undefined =>
    /^\d{1,9}$/.test(text) && Number(text) >= least ? Number(text) : undefined;
  return { fallback, allowed: `a whole number from ${least} on`, about, read };
}

function text(fallback: string, about: string): SwitchRow<string> {
  return { fallback, allowed: 'any text', about, read: (text) => text };
}
