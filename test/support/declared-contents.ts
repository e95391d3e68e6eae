import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parse, parseAllDocuments } from 'yaml';
import type { Store } from '../../src/emulator/store.ts';
import { completeAuth, sorted, type Held } from './portal-contents.ts';

/** A product as a file declares it. */
type Written = Readonly<Record<string, unknown>> & { readonly name: string; readonly type: string };

/** The keys of a file that apply to all its products. */
interface File {
  readonly portal: string;
  readonly owner?: string;
}

/**
 * The expected contents of an empty portal after a sync of these product files. Reads the files without code of the program.
 * Supports names, `openapi_file` and `${NAME:-default}`, but no ids.
 */
export function declaredContents(
  folder: string,
  store: Store,
  env: Readonly<Record<string, string>> = {},
): readonly Held[] {
  const found = productFiles(folder).flatMap((path) => {
    const text = withVariables(readFileSync(path, 'utf8'), env);
    return parseAllDocuments(text).flatMap((document) => {
      const { api_products, ...file } = document.toJS() as File & { readonly api_products: Written[] };
      return api_products.map((written) => declared(file, written, path, store));
    });
  });
  return found.toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

function productFiles(folder: string): readonly string[] {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  const files = names.filter((name) => /\.(ya?ml|json)$/.test(name)).map((name) => join(folder, name));
  return files.filter((path) => readFileSync(path, 'utf8').includes('api_products'));
}

function withVariables(text: string, env: Readonly<Record<string, string>>): string {
  return text.replaceAll(
    /(?<!\\)\$\{(\w+)(?::-([^}]*))?\}/g,
    (_, name: string, fallback?: string) => env[name] ?? fallback ?? '',
  );
}

function declared({ portal, owner }: File, written: Written, path: string, store: Store): Held {
  const { name, type, labels, openapi_file, raw_openapi, auth, server_urls } = written;
  const common = { desc: '', logo: '', status: 'draft', visibility: 'public' };
  const { desc, logo, status, visibility } = { ...common, ...written } as typeof common;
  const openapi =
    typeof openapi_file === 'string' ? readFileSync(join(dirname(path), openapi_file), 'utf8') : raw_openapi;
  return {
    portal,
    name,
    type,
    desc,
    logo,
    status,
    visibility,
    labels: { ...(labels as object), 'managed-by': owner === undefined ? 'adc' : `adc/${owner}` },
    ...(type === 'gateway'
      ? gateway(written, store, auth as Auth)
      : { openapi: parse(String(openapi)) as unknown, server_urls: server_urls ?? [] }),
    extra: { x_tier: 'standard' },
    subscriptions: { active: 0, pending: 0 },
  };
}

type Auth = Readonly<Record<string, Readonly<Record<string, string>>>>;
interface WrittenLink {
  readonly gateway_group: string;
  readonly service: string;
  readonly linked_hosts?: readonly string[];
}
interface WrittenNotification {
  readonly event: string;
  readonly type: string;
  readonly contact_points: readonly string[];
}

function gateway(written: Written, store: Store, { dcr, ...auth }: Auth): object {
  const links = (written['linked_gateway_services'] ?? []) as readonly WrittenLink[];
  const notifications = (written['notifications'] ?? []) as readonly WrittenNotification[];
  const provider = store.tables.dcr_providers.find(({ name }) => name === dcr?.['dcr_provider']);
  return {
    subscription_auto_approval: written['subscription_auto_approval'] ?? false,
    can_view_unsubscribed: written['can_view_unsubscribed'] ?? true,
    auth: completeAuth({ ...auth, ...(provider && { dcr: { dcr_provider_id: provider.id } }) }),
    links: sorted(
      links.map((one) => [`${one.gateway_group}/${one.service}`, sorted(one.linked_hosts ?? [])]),
    ),
    notifications: sorted(notifications.map((one) => [one.event, one.type, sorted(one.contact_points)])),
  };
}
