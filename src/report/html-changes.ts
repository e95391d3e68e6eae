import { printable } from '../lib/printable.ts';
import type { Change } from '../model/change.ts';
import type { OpenapiChange } from '../model/openapi-check.ts';
import type { Json, JsonObject } from '../model/product.ts';
import { shortened, shortenedPair, textLines, valueText, type DiffLine } from './change-text.ts';
import { markup, htmlList, type Html, type Piece } from './html.ts';

/** Maximum columns of a value. */
const LONGEST = 500;
const MAX_LINES = 60;
const MAX_ITEMS = 60;
const ALL = '--format json has all of them';

/**
 * The changed fields of one product in words, with the old and new values and marked differences.
 * @param isNew omits the old values.
 */
export function changesHtml(changes: readonly Change[], isNew: boolean): Html {
  if (changes.length === 0) return markup``;
  const columns = (isNew ? ['Field', 'Value'] : ['Field', 'Before', 'After']).map(
    (name) => markup`<th scope="col">${name}</th>`,
  );
  return markup`<table${isNew ? markup` class="one"` : []}>
<thead><tr>${columns}</tr></thead>
<tbody>
${changes.map((change) => changeRow(change, isNew))}</tbody></table>
${changes.map(({ openapi = [] }) => openapiHtml(openapi))}`;
}

function changeRow(change: Change, isNew: boolean): Html {
  const { path } = change;
  const field = markup`<th scope="row">${fieldWords(path)}<code>${shortened(printable(path), LONGEST)}</code></th>`;
  const lines = textLines(isNew ? { ...change, before: '' } : change);
  return markup`<tr>${field}${lines === undefined ? sidesHtml(change, isNew) : linesHtml(lines, isNew)}</tr>\n`;
}

function sidesHtml({ path, before, after }: Change, isNew: boolean): Html {
  const [old, now] = [sideOf(path, before), sideOf(path, after)];
  if (isNew) return markup`<td>${newValueHtml(now)}</td>`;
  return markup`<td>${sideHtml(old, now, 'del')}</td><td>${sideHtml(now, old, 'ins')}</td>`;
}

/** A value in words: a text or a list; undefined if there is no value. */
type Side = string | readonly string[] | undefined;

function sideOf(path: string, value: Json | undefined): Side {
  if (value === undefined) return undefined;
  const words = VALUE_WORDS.get(`${path}=${itemText(value)}`);
  if (words !== undefined) return words;
  if (typeof value === 'string') return printable(value);
  const items = Array.isArray(value) ? (value as readonly Json[]).map(itemText) : itemsOf(path, value);
  if (items === undefined) return valueText(value);
  return items.length === 0 && path.startsWith('linked_gateway_services[') ? 'all hosts' : items;
}

/** The hosts of a link, or the keys and values of an object in words. */
function itemsOf(path: string, value: Json): readonly string[] | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { linked_hosts: hosts, ...others } = value as JsonObject;
  if (Array.isArray(hosts) && Object.keys(others).length === 0)
    return (hosts as readonly Json[]).map(itemText);
  return Object.entries(value).map(([key, one]) => {
    const field = `${path}.${key}`;
    const label = FIELD_WORDS.get(field)?.replace(/^.*: /, '') ?? printable(key);
    return `${label}: ${VALUE_WORDS.get(`${field}=${itemText(one)}`) ?? itemText(one)}`;
  });
}

function itemText(value: Json): string {
  return typeof value === 'string' ? printable(value) : valueText(value);
}

function newValueHtml(side: Side): Piece {
  if (side === undefined || side.length === 0) return NONE;
  return typeof side === 'string' ? shortened(side, LONGEST) : listHtml(side, (item) => item);
}

const NONE = markup`<span class="none">(none)</span>`;

/** One side, with its differences from the other side marked. */
function sideHtml(side: Side, other: Side, tag: 'ins' | 'del'): Piece {
  if (side === undefined || side.length === 0) return NONE;
  if (typeof side !== 'string') {
    const others = new Set(typeof other === 'string' ? [] : other);
    return listHtml(side, (item) => (others.has(item) ? item : markedHtml(item, tag)));
  }
  const [shown, compared] = shortenedPair(side, typeof other === 'string' ? other : '', LONGEST);
  const [same, differs, rest] = splitAtDifference(shown, compared);
  return [same, differs === '' ? [] : markedHtml(differs, tag), rest];
}

function listHtml(items: readonly string[], render: (item: string) => Piece): Html {
  const shown = items.slice(0, MAX_ITEMS).map((item) => render(shortened(item, LONGEST)));
  const more = items.length - MAX_ITEMS;
  return htmlList([...shown, ...(more > 0 ? [`and ${more} more; ${ALL}`] : [])]);
}

function markedHtml(text: string, tag: 'ins' | 'del'): Html {
  return tag === 'ins' ? markup`<ins>${text}</ins>` : markup`<del>${text}</del>`;
}

/** Splits a text at word boundaries: the common beginning with `other`, the difference, and the common end. */
function splitAtDifference(text: string, other: string): readonly [string, string, string] {
  const [words, others] = [splitIntoWords(text), splitIntoWords(other)];
  const most = Math.min(words.length, others.length);
  let start = 0;
  while (start < most && words[start] === others[start]) start += 1;
  let end = 0;
  while (end < most - start && words.at(-1 - end) === others.at(-1 - end)) end += 1;
  const until = words.length - end;
  const [same, rest] = [words.slice(0, start).join(''), words.slice(until).join('')];
  if (!/[\p{L}\p{N}]/u.test(`${same}${rest}`)) return ['', text, ''];
  return [same, words.slice(start, until).join(''), rest];
}

function splitIntoWords(text: string): readonly string[] {
  return text.match(/[\p{L}\p{M}\p{N}]+|[^]/gu) ?? [];
}

function linesHtml(lines: readonly DiffLine[], isNew: boolean): Html {
  const more = lines.length - MAX_LINES;
  const shown = lines.slice(0, MAX_LINES).map(lineHtml);
  const left = more > 0 ? markup`<span class="line">and ${more} more lines; ${ALL}</span>` : [];
  return markup`<td${isNew ? [] : markup` colspan="2"`}>${shown}${left}</td>`;
}

function lineHtml({ sign, text }: DiffLine): Html {
  const line = `${sign} ${shortened(printable(text), LONGEST)}`;
  if (sign === ' ') return markup`<span class="line">${line}</span>`;
  return sign === '+' ? markup`<ins class="line">${line}</ins>` : markup`<del class="line">${line}</del>`;
}

/** The differences inside an OpenAPI document, breaking changes first. */
function openapiHtml(changes: readonly OpenapiChange[]): Html {
  if (changes.length === 0) return markup``;
  const sorted = changes.toSorted((a, b) => Number(b.breaking) - Number(a.breaking));
  const left = sorted.slice(MAX_ITEMS);
  const breaking = left.filter((one) => one.breaking).length;
  const more = `and ${left.length} more (${breaking} may break callers); ${ALL}`;
  const items = sorted.slice(0, MAX_ITEMS).map(openapiItem);
  return markup`<h4>Changes of the OpenAPI document</h4>
${htmlList(left.length === 0 ? items : [...items, more])}`;
}

function openapiItem({ change, name, detail, breaking }: OpenapiChange): Html {
  const shown = shortened(printable(detail), LONGEST);
  const what = markup`${change} <code>${shortened(printable(name), LONGEST)}</code>${shown === '' ? '' : `: ${shown}`}`;
  return breaking ? markup`<strong class="breaks">breaks callers</strong>: ${what}` : what;
}

/** The label of the field at a path. */
function fieldWords(path: string): string {
  const [, field = '', name = '', rest = ''] = /^([a-z_]+)(?:\[(.*)\])?(.*)$/s.exec(path) ?? [];
  const words = FIELD_WORDS.get(rest === '' ? field : `${field}${rest}`);
  if (words !== undefined) return shortened(printable(words.replace('NAME', () => name)), LONGEST);
  return field === 'labels' ? shortened(printable(`Label ${rest.slice(1)}`), LONGEST) : 'Setting';
}

const FIELD_WORDS: ReadonlyMap<string, string> = new Map([
  ['name', 'Name'],
  ['desc', 'Description'],
  ['labels', 'Labels'],
  ['logo', 'Logo'],
  ['type', 'Kind of product'],
  ['status', 'On the portal'],
  ['visibility', 'Who can see it'],
  ['subscription_auto_approval', 'How a subscription starts'],
  ['can_view_unsubscribed', 'Who can read its documents'],
  ['auth.key_auth', 'Authentication with an API key'],
  ['auth.key_auth.header', 'API key: header'],
  ['auth.key_auth.query', 'API key: query parameter'],
  ['auth.key_auth.hide_credentials', 'API key: passed to the service'],
  ['auth.basic_auth', 'Authentication with user name and password'],
  ['auth.basic_auth.hide_credentials', 'User name and password: passed to the service'],
  ['auth.dcr', 'Authentication with OAuth clients'],
  ['auth.dcr.dcr_provider_id', 'OAuth clients: provider'],
  ['linked_gateway_services', 'Service NAME'],
  ['linked_gateway_services.linked_hosts', 'Hosts of the service NAME'],
  ['notifications', 'Notification NAME'],
  ['notifications.contact_point_ids', 'Recipients of the notification NAME'],
  ['raw_openapi', 'OpenAPI document'],
  ['server_urls', 'Server addresses'],
]);

const VALUE_WORDS: ReadonlyMap<string, string> = new Map([
  ['status=published', 'yes (published)'],
  ['status=draft', 'no (draft)'],
  ['visibility=public', 'everyone (public)'],
  ['visibility=logged_in', 'logged-in developers (logged_in)'],
  ['subscription_auto_approval=true', 'at once, without approval (true)'],
  ['subscription_auto_approval=false', 'after approval by a person (false)'],
  ['can_view_unsubscribed=true', 'everyone who can see the product (true)'],
  ['can_view_unsubscribed=false', 'only subscribers (false)'],
  ['auth.key_auth.hide_credentials=true', 'no (true)'],
  ['auth.key_auth.hide_credentials=false', 'yes (false)'],
  ['auth.basic_auth.hide_credentials=true', 'no (true)'],
  ['auth.basic_auth.hide_credentials=false', 'yes (false)'],
]);
