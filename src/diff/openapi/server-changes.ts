import type { OpenapiChange } from '../../model/openapi-change.ts';
import type { Fact } from './comparison.ts';
import { changedRows, otherFacts, placeOf, rowOf } from './comparison.ts';
import { BOTH, NEITHER } from './roles.ts';
import { toldChange } from './told.ts';
import type { ObjectValue, Value } from '../../json/value.ts';
import { sameJson } from '../../json/canonical.ts';
import { changedKeys, isObject, keySet, keysOf, listAt, member, objectAt, textAt } from '../../json/value.ts';

const SEEN = keySet('url variables');
const SEEN_OF_VARIABLE = keySet('default enum');

/**
 * What differs between the servers of two documents or two operations.
 * @param owner whose they are, e.g. `GET /invoices: `; '' for the document's own
 */
export function serverChanges(
  owner: string,
  before: readonly Value[],
  after: readonly Value[],
): readonly OpenapiChange[] {
  const [was, is] = [byUrl(before), byUrl(after)];
  return keysOf(was, is).flatMap((url) => {
    const told = textAt(member(is, url) ?? member(was, url), 'url') ?? url;
    const place = placeOf('server', `${owner}${told}`, BOTH);
    if (!Object.hasOwn(was, url)) return [rowOf('added', place, false)];
    if (!Object.hasOwn(is, url)) return [rowOf('removed', place, true)];
    return changedRows(place, serverFacts(objectAt(was, url), objectAt(is, url)));
  });
}

function serverFacts(before: ObjectValue, after: ObjectValue): readonly Fact[] {
  const [was, is] = [objectAt(before, 'variables'), objectAt(after, 'variables')];
  return [
    ...otherFacts(before, after, SEEN),
    ...changedKeys(was, is).flatMap((name) => variableFacts(name, objectAt(was, name), objectAt(is, name))),
  ];
}

/** Who fills a variable in as before may be refused, and who leaves it to its default may get elsewhere. */
function variableFacts(name: string, before: ObjectValue, after: ObjectValue): readonly Fact[] {
  const [was, is] = [member(before, 'default'), member(after, 'default')];
  const gone = listAt(before, 'enum').filter((value) => !listAt(after, 'enum').includes(value));
  const binds = listAt(after, 'enum').length > 0 && (listAt(before, 'enum').length === 0 || gone.length > 0);
  const facts: readonly Fact[] = [
    ...(was === is ? [] : [{ detail: toldChange('default', was, is), breaks: BOTH }]),
    ...(sameJson(member(before, 'enum'), member(after, 'enum'))
      ? []
      : [{ detail: 'enum', breaks: binds ? BOTH : NEITHER }]),
    ...otherFacts(before, after, SEEN_OF_VARIABLE),
  ];
  return facts.map(({ detail, breaks }) => ({ detail: `${name} ${detail}`, breaks }));
}

/** The servers of a document; those of 2.0 made of `host`, `basePath` and `schemes`. */
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
  // With a slash at its end or without, the paths below a server are the same.
  return Object.fromEntries(
    objects.map((server) => [(textAt(server, 'url') ?? '?').replace(/\/$/, ''), server]),
  );
}
