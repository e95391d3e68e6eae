import { canonicalJson, sameJson } from '../../json/canonical.ts';
import type { Maybe, ObjectValue, Value } from '../../json/value.ts';
import {
  changedKeys,
  isList,
  isObject,
  keySet,
  keysOf,
  listAt,
  member,
  objectAt,
  textAt,
  without,
} from '../../json/value.ts';
import { operationsOf } from '../../openapi/operations.ts';
import { followed, membersOf, type Source } from '../../openapi/references.ts';
import type { Comparison, Facts, Rows } from './comparison.ts';
import {
  BOTH,
  capped,
  changedRows,
  changeText,
  membersText,
  memberText,
  NEITHER,
  otherFacts,
  rowOf,
  shortened,
  spotOf,
} from './comparison.ts';

/**
 * A row if the security requirements of two operations, or of two documents, differ. Breaking if a caller that met a
 * requirement before now meets none.
 * @param before the effective requirements; undefined or empty: none
 * @param name title of the row, e.g. `GET /invoices: security`
 */
export function securityChanges(comparison: Comparison, name: string, before: Maybe, after: Maybe): Rows {
  if (sameJson(before, after)) return [];
  const [was, is] = [alternatives(before), alternatives(after)];
  const breaking = was.some(
    (one) => !is.some((other) => requiresNoMore(withOldNames(other, comparison), one)),
  );
  const [textsBefore, textsAfter] = [was.map(requirementText), is.map(requirementText)];
  const removed = textsBefore.filter((one) => !textsAfter.includes(one));
  const added = textsAfter.filter((one) => !textsBefore.includes(one));
  const detail = removed.length + added.length > 0 ? membersText('security', removed, added) : '';
  return [rowOf('changed', spotOf('security', name, BOTH), breaking, detail.replace(/^security: /, ''))];
}

/** The schemes that the requirements of any operation name. */
export function usedSchemes(source: Source): ReadonlySet<string> {
  const effective = operationsOf(source).map(
    ({ body }) => member(body, 'security') ?? member(source.root, 'security'),
  );
  return new Set(effective.flatMap((one) => alternatives(one).flatMap(Object.keys)));
}

/**
 * The alternative requirements, of which callers must meet one. Without any, the only alternative is `{}`, which every
 * caller meets.
 */
function alternatives(value: Maybe): readonly ObjectValue[] {
  const found = isList(value) ? capped(value).filter(isObject) : [];
  return found.length > 0 ? found : [{}];
}

function withOldNames(requirement: ObjectValue, { renamedSchemes: renamed }: Comparison): ObjectValue {
  if (renamed.size === 0) return requirement;
  return Object.fromEntries(
    Object.entries(requirement).map(([scheme, scopes]) => [renamed.get(scheme) ?? scheme, scopes]),
  );
}

function requiresNoMore(requirement: ObjectValue, than: ObjectValue): boolean {
  return Object.keys(requirement).every((scheme) => {
    const scopes = listAt(than, scheme);
    return (
      member(than, scheme) !== undefined &&
      listAt(requirement, scheme).every((scope) => scopes.includes(scope))
    );
  });
}

function requirementText(requirement: ObjectValue): string {
  const schemes = Object.entries(requirement).map(([scheme, scopes]) => {
    const names = isList(scopes) ? scopes.map(memberText).join(' ') : '';
    return names === '' ? scheme : `${scheme} (${names})`;
  });
  return schemes.length > 0 ? shortened(schemes.join(' with ')) : 'none';
}

/** The flows of 3.x by their names in 2.0. */
const NEW_FLOWS: ReadonlyMap<string, string> = new Map([
  ['implicit', 'implicit'],
  ['password', 'password'],
  ['application', 'clientCredentials'],
  ['accessCode', 'authorizationCode'],
]);
const FLOW_KEYS = keySet('authorizationUrl tokenUrl scopes');
const OLD_FLOW_KEYS = keySet('flow', ...FLOW_KEYS);

/** A security scheme of 2.0 or 3.x in the form of 3.x. */
function schemeOf(scheme: ObjectValue): ObjectValue {
  const httpScheme = textAt(scheme, 'scheme');
  if (textAt(scheme, 'type') === 'basic') return { ...scheme, type: 'http', scheme: 'basic' };
  const flow = NEW_FLOWS.get(textAt(scheme, 'flow') ?? '');
  if (flow !== undefined) {
    const parts = Object.entries(scheme).filter(([key]) => FLOW_KEYS.has(key));
    return { ...without(scheme, OLD_FLOW_KEYS), flows: { [flow]: Object.fromEntries(parts) } };
  }
  const name = textAt(scheme, 'in') === 'header' ? textAt(scheme, 'name') : undefined;
  return {
    ...scheme,
    ...(httpScheme !== undefined && { scheme: httpScheme.toLowerCase() }),
    ...(name !== undefined && { name: name.toLowerCase() }),
  };
}

const DESCRIPTIVE_KEYS = keySet('description');

/** The old names of renamed schemes, by the new name. */
export function renamedSchemes(before: Source, after: Source): ReadonlyMap<string, string> {
  const [was, is] = [membersOf(before, 'securitySchemes'), membersOf(after, 'securitySchemes')];
  const removed = Object.keys(was).filter((name) => !Object.hasOwn(is, name));
  const names = new Map(removed.map((name) => [meaningOf(followed(before, member(was, name))), name]));
  const added = Object.keys(is).filter((name) => !Object.hasOwn(was, name));
  const pairs = added.map((name) => [name, names.get(meaningOf(followed(after, member(is, name))))] as const);
  return new Map(pairs.flatMap(([name, old]) => (old === undefined ? [] : [[name, old] as const])));
}

function meaningOf(scheme: Maybe): string {
  return canonicalJson(isObject(scheme) ? without(schemeOf(scheme), DESCRIPTIVE_KEYS) : (scheme ?? null));
}

const FLOWS = keySet('flows');
const SCOPES = keySet('scopes');

/** The differences between two security schemes. */
export function schemeFacts(before: ObjectValue, after: ObjectValue): Facts {
  const [was, is] = [schemeOf(before), schemeOf(after)];
  return [...otherFacts(was, is, FLOWS), ...flowsFacts(objectAt(was, 'flows'), objectAt(is, 'flows'))];
}

function flowsFacts(before: ObjectValue, after: ObjectValue): Facts {
  const both = keysOf(before, after).filter(
    (name) => Object.hasOwn(before, name) && Object.hasOwn(after, name),
  );
  return [
    ...memberFacts('flows', before, after),
    ...both.flatMap((name) => flowFacts(objectAt(before, name), objectAt(after, name))),
  ];
}

function flowFacts(before: ObjectValue, after: ObjectValue): Facts {
  const [was, is] = [objectAt(before, 'scopes'), objectAt(after, 'scopes')];
  return [...otherFacts(before, after, SCOPES), ...memberFacts('scopes', was, is)];
}

/** Added and removed names; callers who use a removed one are refused. */
function memberFacts(key: string, before: ObjectValue, after: ObjectValue): Facts {
  const removed = Object.keys(before).filter((name) => !Object.hasOwn(after, name));
  const added = Object.keys(after).filter((name) => !Object.hasOwn(before, name));
  if (removed.length === 0 && added.length === 0) return [];
  return [{ detail: membersText(key, removed, added), breaks: removed.length > 0 ? BOTH : NEITHER }];
}

const COMPARED_KEYS = keySet('url name variables');
const COMPARED_VARIABLE_KEYS = keySet('default enum');

/**
 * The differences between the servers of two documents or two operations.
 * @param owner title of the operation, e.g. `GET /invoices: `; '' for the document's own
 */
export function serverChanges(owner: string, before: readonly Value[], after: readonly Value[]): Rows {
  const [was, is] = [byUrl(before), byUrl(after)];
  return keysOf(was, is).flatMap((url) => {
    const shownUrl = textAt(member(is, url) ?? member(was, url), 'url') ?? url;
    const place = spotOf('server', `${owner}${shownUrl}`, BOTH);
    if (!Object.hasOwn(was, url)) return [rowOf('added', place, false)];
    if (!Object.hasOwn(is, url)) return [rowOf('removed', place, !isServed(objectAt(was, url), after))];
    return changedRows(place, serverFacts(objectAt(was, url), objectAt(is, url)));
  });
}

/** More than real servers have. */
const MAX_ADDRESSES = 100;

/** Whether other servers have all addresses of a server. Without servers, a document has the server `/`. */
function isServed(server: ObjectValue, others: readonly Value[]): boolean {
  const addresses = addressesOf(server);
  if (others.length === 0) return addresses.join() === '/';
  const known = new Set(others.flatMap(addressesOf));
  return addresses.length < MAX_ADDRESSES && addresses.every((one) => known.has(one));
}

/** The addresses of a server with the values of its variables; a variable without a list of values stays open. */
function addressesOf(server: Value): readonly string[] {
  const variables = objectAt(server, 'variables');
  let addresses = [textAt(server, 'url') ?? ''];
  for (const [name, variable] of Object.entries<Value>(variables)) {
    const listed = listAt(variable, 'enum');
    const values = [member(variable, 'default'), ...(listed.length > 0 ? listed : ['{}'])].map(String);
    addresses = [
      ...new Set(addresses.flatMap((one) => values.map((value) => one.replaceAll(`{${name}}`, value)))),
    ];
    if (addresses.length > MAX_ADDRESSES) return addresses.slice(0, MAX_ADDRESSES);
  }
  return addresses.map(normalAddress);
}

/** An address in which the case of the host, a default port and a last slash do not matter. */
function normalAddress(url: string): string {
  const isPlain = !url.includes('{') && URL.canParse(url);
  return isPlain ? new URL(url).href.replace(/\/$/, '') : url;
}

function serverFacts(before: ObjectValue, after: ObjectValue): Facts {
  const [was, is] = [objectAt(before, 'variables'), objectAt(after, 'variables')];
  return [
    ...otherFacts(before, after, COMPARED_KEYS),
    ...changedKeys(was, is).flatMap((name) => variableFacts(name, objectAt(was, name), objectAt(is, name))),
  ];
}

/**
 * The differences of a server variable: callers with the old value may be refused, and callers with the default may
 * reach another server.
 */
function variableFacts(name: string, before: ObjectValue, after: ObjectValue): Facts {
  const [was, is] = [member(before, 'default'), member(after, 'default')];
  const removed = listAt(before, 'enum').filter((value) => !listAt(after, 'enum').includes(value));
  const isRestricted =
    listAt(after, 'enum').length > 0 && (listAt(before, 'enum').length === 0 || removed.length > 0);
  const facts: Facts = [
    ...(was === is ? [] : [{ detail: changeText('default', was, is), breaks: BOTH }]),
    ...(sameJson(member(before, 'enum'), member(after, 'enum'))
      ? []
      : [{ detail: 'enum', breaks: isRestricted ? BOTH : NEITHER }]),
    ...otherFacts(before, after, COMPARED_VARIABLE_KEYS),
  ];
  return facts.map(({ detail, breaks }) => ({ detail: `${name} ${detail}`, breaks }));
}

/** The servers of a document; in 2.0, from `host`, `basePath` and `schemes`. */
export function serversOf(root: Value): readonly Value[] {
  const servers = listAt(root, 'servers');
  const [host, base] = [textAt(root, 'host'), textAt(root, 'basePath')];
  if (servers.length > 0 || (host === undefined && base === undefined)) return servers;
  const schemes = listAt(root, 'schemes').filter((scheme) => typeof scheme === 'string');
  const prefixes =
    host === undefined ? [''] : schemes.length > 0 ? schemes.map((one) => `${one}://`) : ['//'];
  return prefixes.map((prefix) => ({ url: `${prefix}${host ?? ''}${base ?? ''}` }));
}

function byUrl(servers: readonly Value[]): ObjectValue {
  const objects = servers.filter(isObject);
  // A trailing slash does not change the paths below a server.
  return Object.fromEntries(
    objects.map((server) => [(textAt(server, 'url') ?? '?').replace(/\/$/, ''), server]),
  );
}
