import type { IncomingMessage, ServerResponse } from 'node:http';
import { checkCredentials, checkFamily, sessionCookie, type Guard } from './credentials.ts';
import { parseBody, type ReadRequest } from './messages.ts';
import { readObject } from './product-fields.ts';
import { refuse } from './refusal.ts';
import { productRoutes } from './product-routes.ts';
import { findRoute, valueAnswer, type Answer, type Route } from './route.ts';
import { serve, type Part, type Server } from './serve.ts';
import { SHARED_ROUTES } from './shared-routes.ts';
import type { Switches } from './switches.ts';

/** Serves the Admin API; a refusal becomes `{"error_msg":…}` (docs/design/admin-api.md §1.3). */
export function serveAdmin(
  server: AdminServer,
  message: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const part: Part = {
    answer: (n, request) => answerAdmin(server, n, request),
    refusalBody: ({ message }) => ({ error_msg: message }),
    hasSecretBody: (path) => path === LOGIN,
  };
  return serve(server, part, message, response);
}

export interface AdminServer extends Server {
  readonly routes: readonly Route[];
}

/** What a server with these dialects serves; one without portals has no paths that go through a portal. */
export function adminRoutes(
  dialects: readonly ('path' | 'query')[],
  { portals }: Pick<Switches, 'portals'>,
): readonly Route[] {
  const served = dialects.filter((dialect) => dialect === 'query' || portals === 'on');
  return [...served.flatMap(productRoutes), ...SHARED_ROUTES];
}

function answerAdmin(
  { store, switches, guard, routes }: AdminServer,
  n: number,
  request: ReadRequest,
): Answer {
  if (request.method === 'POST' && request.path === LOGIN) return logIn(request, guard);
  const scheme = checkCredentials(request.headers, guard);
  const { route, params } = findRoute(routes, request.method, request.path);
  checkFamily(scheme, route.family, guard);
  return route.answer({ n, store, switches, params, query: request.query, body: parseBody(request.text) });
}

const LOGIN = '/api/login';

/** The only path for which a client needs no credential yet. */
function logIn({ text }: ReadRequest, guard: Guard): Answer {
  const { username, password } = readObject(parseBody(text), 'the body');
  if (typeof username !== 'string' || typeof password !== 'string')
    return refuse('username and password must be strings');
  return { ...valueAnswer({ username }), cookie: sessionCookie(username, password, guard) };
}
