import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { documentText, portalView } from '../emulator/page-views.ts';
import type { Emulator } from '../emulator/start-emulator.ts';
import type { Store } from '../emulator/store.ts';
import type { Application, Developer, Portal } from '../emulator/world.ts';
import { EXAMPLES } from '../generated/examples.ts';
import { printable } from '../lib/printable.ts';
import { OperationalError } from '../model/errors.ts';
import type { DeveloperView, PageData } from '../model/portal-view.ts';
import { mountDashboard, mountPage } from '../page/serve-page.ts';
import { EXIT, ioWith, type Io } from './io.ts';
import { schemaAddress } from './project.ts';
import { writeFiles } from './staged-files.ts';

/** The applications of the default seed: one subscribes, the other waits for approval. */
const [SUBSCRIBER, APPLICANT] = ['shop', 'mobile'] as const;

/**
 * Applies the files of an example to the portal, and subscribes two applications to each published gateway product.
 * @throws OperationalError with what `sync` printed, e.g. if the seed lacks the services of the example.
 */
export async function applyExample(name: string, { url, token, store }: Emulator, io: Io): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'adc-example-'));
  try {
    await writeFiles(folder, EXAMPLES[name] ?? [], { force: false });
    let output = '';
    const keep = (text: string): void => void (output += text);
    const env = { ADC_SERVER: url, ADC_TOKEN: token };
    const words = ['sync', '--file', folder, '--request-concurrent', '1'];
    const exitCode = await io.run?.(
      words,
      ioWith(io, { env, cwd: folder, out: keep, err: keep, interactive: false }),
    );
    if (exitCode !== EXIT.done)
      throw new OperationalError(`the example "${name}" cannot be applied:\n${output}`);
  } finally {
    await rm(folder, { recursive: true });
  }
  for (const { id, type, fields } of store.products) {
    if (type !== 'gateway' || fields.status !== 'published') continue;
    store.subscribeActively(SUBSCRIBER, id);
    store.subscribe(APPLICANT, id);
  }
}

/** Writes the files of an example into the working directory, except those that exist. @returns a line for each file. */
export async function writeExample(name: string, { cwd }: Io): Promise<string> {
  const files = (EXAMPLES[name] ?? []).map(({ path, content }) => ({
    path,
    content: content.replace(/(?<=^# yaml-language-server: \$schema=).*/, schemaAddress(cwd, dirname(path))),
    exists: existsSync(join(cwd, path)),
  }));
  await writeFiles(
    cwd,
    files.filter(({ exists }) => !exists),
    { force: false },
  );
  return files.map(({ path, exists }) => `${exists ? 'kept ' : 'wrote'} ${printable(path)}\n`).join('');
}

/** How long changes are collected before open pages load their data again. */
const SETTLES_MS = 100;

/** Puts the pages of `adc dev` on its two ports (docs/design/contract.md §14.1). */
export function mountDevPages(emulator: Emulator): void {
  const { store, pageKey, backendUrl = '' } = emulator;
  emulator.mount('dashboard', mountDashboard({ key: pageKey, portalPort: new URL(backendUrl).port }));
  const page = mountPage({
    data: () => portalPage(emulator),
    document: (id) => documentText(store, seen(store).portal, id),
  });
  emulator.mount('portal', (message, response) => page.handle(message, response));
  let waiting: NodeJS.Timeout | undefined;
  emulator.onChange(() => {
    waiting ??= setTimeout(() => {
      waiting = undefined;
      page.changed();
    }, SETTLES_MS).unref();
  });
}

/** The portal as its first developer sees it. */
function portalPage({ store, pageKey, url }: Emulator): PageData {
  const { portal, developer } = seen(store);
  return {
    portal: portal.name,
    notes: ['A portal on this machine. Nothing here is real.'],
    warnings: [],
    after: portalView(store, portal),
    dashboardPort: new URL(url).port,
    ...(developer && {
      developer: developerView(store, developer),
      subscribe: { url: 'adc-dev/subscriptions', key: pageKey },
    }),
  };
}

/** The portal to show and its developer: the first developer and their portal, or the first portal without a developer. */
function seen({ tables }: Store): { readonly portal: Portal; readonly developer: Developer | undefined } {
  const [developer] = tables.developers.all();
  const portal = tables.portals.get(developer?.portal_id ?? '') ?? tables.portals.all()[0];
  if (portal === undefined) throw new OperationalError('there is no portal: the seed has none');
  return { portal, developer };
}

function developerView({ tables, subscriptions }: Store, { id, name }: Developer): DeveloperView {
  const own = tables.applications.filter(({ developer_id }) => developer_id === id);
  const statuses = (application: Application): DeveloperView['applications'][number]['subscriptions'] =>
    Object.fromEntries(
      subscriptions
        .filter(({ application_id }) => application_id === application.id)
        .map(({ api_product_id, status }) => [api_product_id, status]),
    );
  return {
    name,
    applications: own.map((one) => ({ id: one.id, name: one.name, subscriptions: statuses(one) })),
  };
}
