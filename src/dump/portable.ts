import { escapeText, escapeVariables } from '../fields/edits.ts';
import { isObject } from '../json/value.ts';
import type { Json } from '../model/product.ts';

/** Variables of one environment, with their values. */
export type Variables = ReadonlyMap<string, string>;

/** Keys whose values are the same in each environment, and keys whose values are hosts or URLs. */
const FIXED: ReadonlySet<string> = new Set(['event', 'type']);
const HOSTS: ReadonlySet<string> = new Set(['linked_hosts', 'server_urls']);

/**
 * A value for a product file of several portals (docs/design/contract.md §13.3): `${NAME}` replaces a whole text, or
 * the end of a host, that equals a variable. Every other `${` is escaped. Of several variables with the same value,
 * the first counts; of several that end a host, the longest.
 */
export function withVariables(value: Json, variables: Variables = new Map(), key = ''): Json {
  if (variables.size === 0 || FIXED.has(key)) return escapeVariables(value);
  if (typeof value === 'string') return textWith(value, variables, HOSTS.has(key));
  if (Array.isArray(value)) return value.map((item: Json) => withVariables(item, variables, key));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    // A label can have any name.
    Object.entries(value).map(([name, part]) => [
      name,
      withVariables(part, variables, key === 'labels' ? key : name),
    ]),
  );
}

function textWith(text: string, variables: Variables, hasHost: boolean): string {
  const whole = [...variables].find(([, value]) => value !== '' && value === text);
  if (whole) return `\${${whole[0]}}`;
  const [, before = '', host = '', after = ''] = (hasHost && HOST.exec(text)) || [];
  const [end] = [...variables]
    .filter(([, value]) => endsWith(host, value))
    .toSorted(([, a], [, b]) => b.length - a.length);
  if (end === undefined) return escapeText(text);
  const [name, value] = end;
  const start = before + host.slice(0, host.length - value.length);
  return `${escapeText(start)}\${${name}}${escapeText(after)}`;
}

/** A host, or a URL with a host: text before the host, the host, text after it. */
const HOST = /^((?:[a-z][a-z\d+.-]*:\/\/)?(?:[^/?#@]*@)?)([^/?#:@]+)(.*)$/is;

/** Whether a host ends with a value, in whole labels: `example.com` does not end `badexample.com`. */
function endsWith(host: string, value: string): boolean {
  if (value === '' || value === '.') return false;
  return host === value || host.endsWith(value.startsWith('.') ? value : `.${value}`);
}
