import { compareStrings } from '../../lib/canonical-json.ts';
import type { OpenapiChange } from '../../model/openapi-change.ts';
import { documentChanges } from './document-changes.ts';
import { parseOpenapi } from './parse-openapi.ts';
import { sameDocument } from './same-openapi.ts';
import type { Value } from './value.ts';
import { EMPTY, isObject } from './value.ts';

const MOST_ROWS = 1000;

/** In the order in which rows stand. */
const KINDS: readonly OpenapiChange['kind'][] = [
  'operation',
  'parameter',
  'request-body',
  'response',
  'schema',
  'security',
  'server',
  'info',
  'other',
];

/**
 * What differs between two documents (contract §5, acceptance D7): breaking changes first, then by kind and name; the
 * same rows whatever the order of keys. Empty exactly where sameOpenapi says yes. At most 1,000 rows, of which the last
 * then says how many more there are. Never throws.
 */
export function openapiChanges(before: string, after: string): readonly OpenapiChange[] {
  if (before === after) return [];
  const [was, is] = [before, after].map((text) => ({ text, value: parseOpenapi(text) })) as [Parsed, Parsed];
  if (sameDocument(was, is)) return [];
  const rows = valueChanges(was.value, is.value);
  return bounded(unique(rows).toSorted(compareRows));
}

interface Parsed {
  readonly text: string;
  readonly value: Value | undefined;
}

function valueChanges(before: Value | undefined, after: Value | undefined): readonly OpenapiChange[] {
  const [was, is] = [before, after].map((value) => (value === null ? EMPTY : value));
  const rows = isObject(was) && isObject(is) ? documentChanges(was, is) : [];
  if (rows.length > 0) return rows;
  // Text without a structure, or a structure without content: nobody can say what depends on it.
  const breaking = isObject(was) && !isObject(is);
  return [{ change: 'changed', kind: 'other', name: 'document', breaking, detail: '' }];
}

function unique(rows: readonly OpenapiChange[]): readonly OpenapiChange[] {
  return [...new Map(rows.map((row) => [rowKey(row), row])).values()];
}

function compareRows(a: OpenapiChange, b: OpenapiChange): number {
  if (a.breaking !== b.breaking) return a.breaking ? -1 : 1;
  if (a.kind !== b.kind) return KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind);
  return compareStrings(rowKey(a), rowKey(b));
}

function rowKey({ name, change, detail, kind, breaking }: OpenapiChange): string {
  return JSON.stringify([name, change, detail, kind, breaking]);
}

function bounded(rows: readonly OpenapiChange[]): readonly OpenapiChange[] {
  if (rows.length <= MOST_ROWS) return rows;
  const rest = rows.slice(MOST_ROWS - 1);
  const breaking = rest.some((row) => row.breaking);
  const last = {
    change: 'changed',
    kind: 'other',
    name: `${rest.length} more changes`,
    breaking,
    detail: '',
  } as const;
  return [...rows.slice(0, MOST_ROWS - 1), last];
}
