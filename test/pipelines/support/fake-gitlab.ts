import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Note {
  readonly id: number;
  readonly author: { readonly id: number };
  readonly body: string;
}

export interface FakeGitlab {
  /** The variables that GitLab sets in a pipeline for merge request 7 of project 42. */
  readonly env: Readonly<Record<string, string>>;
  readonly notes: Note[];
  /** Method and path of each request. */
  readonly requests: string[];
}

/** The owner of the token. */
export const BOT = 5;
const TOKEN = 'glpat-of-the-project';
const NOTES = '/api/v4/projects/42/merge_requests/7/notes';

/** GitLab's notes API as far as a comment needs it, on loopback, two notes a page; 401 without the token. */
export async function withFakeGitlab(
  given: readonly Note[],
  use: (gitlab: FakeGitlab) => Promise<void>,
): Promise<void> {
  const notes = [...given];
  const requests: string[] = [];
  const server = createServer((request, response) => void answer(request, response, notes, requests));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const env = {
    CI_API_V4_URL: `http://127.0.0.1:${port}/api/v4`,
    CI_PROJECT_ID: '42',
    CI_MERGE_REQUEST_IID: '7',
    GITLAB_TOKEN: TOKEN,
  };
  try {
    await use({ env, notes, requests });
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  notes: Note[],
  requests: string[],
): Promise<void> {
  const { pathname, searchParams } = new URL(request.url ?? '', 'http://gitlab');
  requests.push(`${request.method} ${pathname}`);
  const content = await bodyOf(request);
  const send = (status: number, value: unknown, headers = {}): void => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(value));
  };
  if (request.headers['private-token'] !== TOKEN) return send(401, {});
  if (pathname === '/api/v4/user') return send(200, { id: BOT });
  if (request.method === 'GET' && pathname === NOTES) {
    const page = Number(searchParams.get('page') ?? 1);
    const next = page * 2 < notes.length ? String(page + 1) : '';
    return send(200, notes.slice(page * 2 - 2, page * 2), { 'x-next-page': next });
  }
  if (request.method === 'POST' && pathname === NOTES) {
    notes.push({ id: notes.length + 100, author: { id: BOT }, body: content });
    return send(201, notes.at(-1));
  }
  const place = notes.findIndex(({ id }) => pathname === `${NOTES}/${id}`);
  const found = notes[place];
  if (request.method !== 'PUT' || found === undefined) return send(404, {});
  if (found.author.id !== BOT) return send(403, {});
  notes[place] = { ...found, body: content };
  return send(200, notes[place]);
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString();
  return text === '' ? '' : (JSON.parse(text) as { readonly body: string }).body;
}
