import type { Fault, FaultAction, FaultCondition } from './faults.ts';

/**
 * Reads a fault as `adc dev --fault` takes it: which requests, a colon, what goes wrong, and how often.
 *
 *     PUT /api/portals/*: 502 x2        the next two PUTs there are answered with 502 and HTML
 *     write #3: close-after             the third write is carried out, then the connection is cut
 *     GET: 429 retry-after 2            the next GET is turned away for two seconds
 *     *: delay 500ms x*                 every answer is half a second late
 *
 * Before the colon, in any order: a method, `read`, `write`, a path, `#n`, `*`. After it: `delay 500ms`, a status with
 * `-empty`, `-html` or `-json` for its body and `-after` to carry the request out first, `close-before`, `close-after`,
 * `garbage-html`, `garbage-json`, `garbage-deep`, `endless`, `huge`, `redirect <url>`.
 * @throws Error that says which part makes no sense.
 */
export function parseFault(text: string): Fault {
  const parts = /^(?<on>[^:]*):\s+(?<action>.+?)(?:\s+x(?<times>[1-9]\d*|\*))?\s*$/.exec(text)?.groups;
  if (parts === undefined) throw new Error(`"${text}" is not "<requests>: <what goes wrong>"`);
  const { on = '', action = '', times } = parts;
  const words = on.split(/\s+/).filter((word) => word !== '');
  const conditions = words.map((word) => condition(word));
  return {
    on: Object.assign({}, ...conditions) as FaultCondition,
    do: parseAction(action),
    ...(times !== undefined && { times: times === '*' ? Infinity : Number(times) }),
  };
}

const METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']);

function condition(word: string): FaultCondition {
  const nth = /^#([1-9]\d*)$/.exec(word)?.[1];
  if (word === '*') return {};
  if (nth !== undefined) return { request: Number(nth) };
  if (word.startsWith('/') || word.startsWith('*/')) return { path: word };
  if (word === 'read' || word === 'write') return { write: word === 'write' };
  if (METHODS.has(word.toUpperCase())) return { method: word.toUpperCase() };
  throw new Error(`"${word}" is neither a method, read, write, a path, #n nor *`);
}

/** The actions without parameters, and those with one, each by how it is written. */
const PLAIN: ReadonlyMap<string, FaultAction> = new Map<string, FaultAction>([
  ['close-before', { kind: 'close-before' }],
  ['close-after', { kind: 'close-after' }],
  ['garbage', { kind: 'garbage', as: 'html' }],
  ['garbage-html', { kind: 'garbage', as: 'html' }],
  ['garbage-json', { kind: 'garbage', as: 'cut-json' }],
  ['garbage-deep', { kind: 'garbage', as: 'deep-json' }],
  ['endless', { kind: 'endless' }],
  ['huge', { kind: 'huge' }],
]);

function parseAction(text: string): FaultAction {
  const action = PLAIN.get(text) ?? delay(text) ?? redirect(text) ?? status(text);
  if (action === undefined) throw new Error(`"${text}" is nothing that can go wrong here`);
  return action;
}

function delay(text: string): FaultAction | undefined {
  const [, amount, unit] = /^delay\s+(\d+)(ms|s)$/.exec(text) ?? [];
  return amount === undefined ? undefined : { kind: 'delay', ms: Number(amount) * (unit === 's' ? 1000 : 1) };
}

function redirect(text: string): FaultAction | undefined {
  const to = /^redirect\s+(\S+)$/.exec(text)?.[1];
  return to === undefined ? undefined : { kind: 'redirect', to };
}

type Status = Extract<FaultAction, { kind: 'status' }>;

function status(text: string): Status | undefined {
  const pattern =
    /^(?<status>[2-5]\d\d)(?:-(?<body>empty|html|json))?(?<after>-after)?(?:\s+retry-after\s+(?<seconds>\d+))?$/;
  const parts = pattern.exec(text)?.groups;
  if (parts === undefined) return undefined;
  const { body, after, seconds } = parts;
  return {
    kind: 'status',
    status: Number(parts['status']),
    ...(body !== undefined && { body: body as NonNullable<Status['body']> }),
    ...(seconds !== undefined && { retryAfter: Number(seconds) }),
    ...(after !== undefined && { after: true }),
  };
}
