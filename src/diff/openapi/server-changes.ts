import type { OpenapiChange } from '../../model/openapi-change.ts';
import { changedRows, placeOf, rowOf } from './comparison.ts';
import { keySet } from './key-set.ts';
import { otherFacts } from './other-facts.ts';
import { BOTH } from './role.ts';
import type { ObjectValue, Value } from './value.ts';
import { isObject, keysOf, listAt, objectAt, textAt } from './value.ts';

const SEEN = keySet('url');

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
    const place = placeOf('server', `${owner}${url}`, BOTH);
    if (!Object.hasOwn(was, url)) return [rowOf('added', place, false)];
    if (!Object.hasOwn(is, url)) return [rowOf('removed', place, true)];
    return changedRows(place, otherFacts(objectAt(was, url), objectAt(is, url), SEEN));
  });
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
  return Object.fromEntries(objects.map((server) => [textAt(server, 'url') ?? '?', server]));
}
