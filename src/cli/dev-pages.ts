import { documentText, portalView } from '../emulator/page-views.ts';
import type { Application, Developer, Portal } from '../emulator/world.ts';
import type { Emulator } from '../emulator/start-emulator.ts';
import type { Store } from '../emulator/store.ts';
import { OperationalError } from '../model/errors.ts';
import type { DeveloperView, PageData } from '../model/portal-view.ts';
import { mountDashboard, mountPage } from '../page/serve-page.ts';

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
