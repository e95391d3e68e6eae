import { compareStrings } from '../lib/sorted-by.ts';
import type { Directory } from '../model/directory.ts';
import { DEFAULT_KEY_NAME } from '../model/field-table.ts';
import { OWNERSHIP_LABEL, ownershipOf } from '../model/ownership.ts';
import type {
  Auth,
  FieldName,
  Json,
  JsonObject,
  Labels,
  Link,
  Notification,
  ProductFields,
} from '../model/product.ts';
import { soleName } from './sole-name.ts';

export interface Writing {
  readonly directory: Directory;
  readonly withDefaults: boolean;
}

/** A field of a live product as a product file has it: names where they decide, ids where not (contract §8). */
export function writtenField<Name extends FieldName>(
  name: Name,
  value: ProductFields[Name],
  writing: Writing,
): Json {
  const writer = WRITERS[name];
  return writer ? writer(value, writing) : (value as Json);
}

type Writer<Value> = (value: Value, writing: Writing) => Json;

/** All other fields stand in a file as they are compared. */
const WRITERS: { readonly [Name in FieldName]?: Writer<ProductFields[Name]> } = {
  labels: writtenLabels,
  auth: writtenAuth,
  linked_gateway_services: (links, writing) => sorted(links.map((link) => writtenLink(link, writing))),
  notifications: (notifications, writing) =>
    sorted(notifications.map((one) => writtenNotification(one, writing))),
};

/** The ownership label is left out: `sync` adds it by the `owner:` of the file (contract-2 §1). */
function writtenLabels(labels: Labels): JsonObject {
  const { [OWNERSHIP_LABEL]: _, ...others } = labels;
  return ownershipOf(labels).managed ? others : labels;
}

function writtenAuth({ key_auth: key, basic_auth: basic, dcr }: Auth, writing: Writing): JsonObject {
  const hidden = { hide_credentials: false };
  const keyDefaults = { header: DEFAULT_KEY_NAME, query: DEFAULT_KEY_NAME, ...hidden };
  return {
    ...(key && { key_auth: withoutDefaults({ ...key }, keyDefaults, writing) }),
    ...(basic && { basic_auth: withoutDefaults({ ...basic }, hidden, writing) }),
    ...(dcr && { dcr: writtenProvider(dcr.dcr_provider_id, writing.directory) }),
  };
}

function withoutDefaults(given: JsonObject, defaults: JsonObject, { withDefaults }: Writing): JsonObject {
  const kept = Object.entries(given).filter(([key, value]) => withDefaults || value !== defaults[key]);
  return Object.fromEntries(kept);
}

function writtenProvider(id: string, directory: Directory): JsonObject {
  const name = soleName(directory.dcrProviders, id);
  return name === undefined ? { dcr_provider_id: id } : { dcr_provider: name };
}

function writtenLink(link: Link, { directory, withDefaults }: Writing): JsonObject {
  const { gateway_group_id, service_id, linked_hosts } = link;
  const group = soleName(directory.gatewayGroups, gateway_group_id);
  const service = soleName(directory.services.get(gateway_group_id), service_id);
  return {
    ...(group === undefined ? { gateway_group_id } : { gateway_group: group }),
    ...(service === undefined ? { service_id } : { service }),
    ...((withDefaults || linked_hosts.length > 0) && { linked_hosts }),
  };
}

/** A notification names its contact points all by name or all by id: a file may not have both. */
function writtenNotification(notification: Notification, { directory }: Writing): JsonObject {
  const { event, type, contact_point_ids } = notification;
  const names = contact_point_ids.map((id) => soleName(directory.contactPoints, id));
  const known = names.filter((name) => name !== undefined);
  if (known.length < names.length) return { event, type, contact_point_ids };
  return { event, type, contact_points: known.toSorted(compareStrings) };
}

/** By what is written, since ids differ from one control plane to the next. */
function sorted(items: readonly JsonObject[]): readonly JsonObject[] {
  return items.toSorted((a, b) => compareStrings(JSON.stringify(a), JSON.stringify(b)));
}
