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
  const body = await bodyOf(request);
  const isKnown = request.headers['private-token'] === TOKEN;
  const page = Number(searchParams.get('page') ?? 1);
  const reply: Reply = isKnown
    ? replyTo(`${request.method} ${pathname}`, page, body, notes)
    : { status: 401 };
  response
    .writeHead(reply.status, { 'content-type': 'application/json', 'x-next-page': reply.next ?? '' })
    .end(JSON.stringify(reply.value ?? {}));
}

interface Reply {
  readonly status: number;
  readonly value?: unknown;
  /** The number of the next page. */
  readonly next?: string;
}

function replyTo(asked: string, page: number, body: string, notes: Note[]): Reply {
  switch (asked) {
    case 'GET /api/v4/user':
      return { status: 200, value: { id: BOT } };
    case `GET ${NOTES}`: {
      const next = page * 2 < notes.length ? String(page + 1) : '';
      return { status: 200, value: notes.slice(page * 2 - 2, page * 2), next };
    }
    case `POST ${NOTES}`:
      notes.push({ id: notes.length + 100, author: { id: BOT }, body });
      return { status: 201, value: notes.at(-1) };
    default:
      return update(asked, body, notes);
  }
}

/** No one but its author may change a note. */
function update(asked: string, body: string, notes: Note[]): Reply {
  const place = notes.findIndex(({ id }) => asked === `PUT ${NOTES}/${id}`);
  const found = notes[place];
  if (found === undefined) return { status: 404 };
  if (found.author.id !== BOT) return { status: 403 };
  notes[place] = { ...found, body };
  return { status: 200, value: notes[place] };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString();
  return text === '' ? '' : (JSON.parse(text) as { readonly body: string }).body;
}
