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
 * @throws OperationalError after the output of `sync`, e.g. if the seed lacks the services of the example.
 */
export async function applyExample(name: string, { url, token, store }: Emulator, io: Io): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'adc-example-'));
  try {
    await writeFiles(folder, EXAMPLES[name] ?? [], { force: false });
    let output = '';
    const collect = (text: string): void => void (output += text);
    const env = { ADC_SERVER: url, ADC_TOKEN: token };
    const words = ['sync', '--file', folder, '--request-concurrent', '1'];
    const exitCode = await io.run?.(
      words,
      ioWith(io, { env, cwd: folder, out: collect, err: collect, interactive: false }),
    );
    if (exitCode !== EXIT.done) {
      io.err(output);
      throw new OperationalError(`the example "${name}" cannot be applied`);
    }
  } finally {
    await rm(folder, { recursive: true });
  }
  for (const { id, type, fields } of store.products) {
    if (type !== 'gateway' || fields.status !== 'published') continue;
    store.subscribeActively(SUBSCRIBER, id);
    store.subscribe(APPLICANT, id);
  }
}

/** Writes the files of an example into the working directory; keeps existing files. @returns a line for each file. */
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

/** The delay between a change and the reload of open pages, for which more changes can follow. */
const RELOAD_DELAY_MS = 100;

/** Serves the pages of `adc dev` on its two ports (docs/design/contract.md §14.1). */
export function mountDevPages(emulator: Emulator): void {
  const { store, pageKey, backendUrl = '' } = emulator;
  emulator.mount('dashboard', mountDashboard({ key: pageKey, portalPort: new URL(backendUrl).port }));
  const page = mountPage({
    data: () => portalPage(emulator),
    document: (id) => documentText(store, shownPortal(store).portal, id),
  });
  emulator.mount('portal', (message, response) => page.handle(message, response));
  let timer: NodeJS.Timeout | undefined;
  emulator.onChange(() => {
    timer ??= setTimeout(() => {
      timer = undefined;
      page.changed();
    }, RELOAD_DELAY_MS).unref();
  });
}

/** The data of the portal page, for the first developer. */
function portalPage({ store, pageKey, url }: Emulator): PageData {
  const { portal, developer } = shownPortal(store);
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

/** The portal of the first developer, and this developer; without developers, the first portal. */
function shownPortal({ tables }: Store): {
  readonly portal: Portal;
  readonly developer: Developer | undefined;
} {
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
