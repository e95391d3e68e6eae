import { canonicalJson } from '../../json/canonical.ts';
import { serviceKey, type Json, type Link } from '../../model/product.ts';
import { writtenField } from '../written-field.ts';
import type { Declaration, Surroundings } from './declaration.ts';
import { isObject } from '../../json/value.ts';
import type { Edit } from './edit.ts';
import { appendTo, removeAt, setTo, textSetEdits } from './set-edits.ts';

/** Links as they are live: those that the file has keep their place and spelling, new ones come last. */
export function linkEdits(one: Declaration, around: Surroundings): readonly Edit[] {
  const path = [...one.path, 'linked_gateway_services'];
  const written = one.written['linked_gateway_services'];
  const wanted = one.live.fields.linked_gateway_services;
  const write = (links: readonly Link[]): Json =>
    writtenField('linked_gateway_services', links, { ...around, withDefaults: false });
  if (!Array.isArray(written)) return [setTo(path, write(wanted))];
  const items: readonly Json[] = written;
  const left = new Map(wanted.map((link) => [serviceKey(link), link]));
  const kept = items.flatMap((item, index) => {
    const declared = one.link(index);
    const live = declared && left.get(serviceKey(declared));
    if (declared === undefined || live === undefined) return [removeAt([...path, index])];
    left.delete(serviceKey(declared));
    return hostEdits([...path, index, 'linked_hosts'], item, declared, live);
  });
  const fresh = write([...left.values()]);
  return [...kept, ...(Array.isArray(fresh) ? fresh : []).map((link: Json) => appendTo(path, link))];
}

function hostEdits(path: Edit['path'], item: Json, declared: Link, live: Link): readonly Edit[] {
  const hosts = (link: Link): string => canonicalJson([...new Set(link.linked_hosts)].toSorted());
  if (hosts(declared) === hosts(live)) return [];
  return textSetEdits(path, isObject(item) ? item['linked_hosts'] : undefined, live.linked_hosts);
}
