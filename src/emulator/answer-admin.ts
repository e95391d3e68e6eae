import { checkCredentials, checkFamily, type Guard } from './credentials.ts';
import { parseBody, type ReadRequest } from './read-request.ts';
import { PATH_ROUTES } from './path-routes.ts';
import { QUERY_ROUTES } from './query-routes.ts';
import { Refusal } from './refusal.ts';
import { findRoute, type Answer, type Route } from './route.ts';
import { SHARED_ROUTES } from './shared-routes.ts';
import type { Store } from './store.ts';
import type { Switches } from './switches.ts';

export interface AdminApi {
  readonly store: Store;
  readonly switches: Switches;
  readonly guard: Guard;
  readonly routes: readonly Route[];
}

/** What a server with these dialects serves; one without portals has no paths that go through a portal. */
export function adminRoutes(
  dialects: readonly ('path' | 'query')[],
  switches: Pick<Switches, 'portals' | 'patch'>,
): readonly Route[] {
  const own = { path: switches.portals === 'on' ? PATH_ROUTES : [], query: QUERY_ROUTES };
  const routes = [...dialects.flatMap((dialect) => own[dialect]), ...SHARED_ROUTES];
  return routes.filter(({ method }) => method !== 'PATCH' || switches.patch !== 'off');
}

/** Answers the n-th request; whatever the rules refuse becomes `{"error_msg":…}` (admin-api §1.3). */
export function answerAdmin(api: AdminApi, n: number, request: ReadRequest): Answer {
  try {
    return answered(api, n, request);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { status: error.status, body: { error_msg: error.message } };
  }
}

function answered(api: AdminApi, n: number, request: ReadRequest): Answer {
  const { store, switches, guard } = api;
  const scheme = checkCredentials(request.headers, guard);
  const { route, params } = findRoute(api.routes, request.method, request.path);
  checkFamily(scheme, route.family, guard);
  return route.answer({ n, store, switches, params, query: request.query, body: parseBody(request.text) });
}
