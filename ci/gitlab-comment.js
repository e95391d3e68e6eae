// Writes a report as a comment on the merge request of a GitLab pipeline, and updates it in place:
//
//     node gitlab-comment.js adc-diff.md [key [page]]
//
// It takes GITLAB_TOKEN, a project access token with the scope api, and GitLab's own variables. One comment for each key. Only a
// comment of our own is updated, because anyone can write one with the marker. A page is an artifact of the job, and gets a
// link if it exists.
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';

const [file, key = '', page = ''] = process.argv.slice(2);
const { CI_API_V4_URL, CI_JOB_URL, CI_PROJECT_ID, CI_MERGE_REQUEST_IID, GITLAB_TOKEN } = process.env;
const project = `${CI_API_V4_URL}/projects/${encodeURIComponent(CI_PROJECT_ID)}`;
const notes = `${project}/merge_requests/${encodeURIComponent(CI_MERGE_REQUEST_IID)}/notes`;
const marker = `<!-- adc-gitlab:${encodeURIComponent(key)} -->`;

/** Sends one request. @throws on a failure, and on a redirect, which could send the token to another host. */
async function ask(method, url, content) {
  const answer = await fetch(url, {
    method,
    redirect: 'error',
    headers: { 'private-token': GITLAB_TOKEN, 'content-type': 'application/json' },
    ...(content && { body: JSON.stringify(content) }),
  });
  if (!answer.ok) throw new Error(`GitLab answered ${method} ${new URL(url).pathname} with ${answer.status}`);
  return { page: await answer.json(), next: answer.headers.get('x-next-page') };
}

/** The id of our comment; undefined if there is none yet. */
async function ownNote() {
  const { id } = (await ask('GET', `${CI_API_V4_URL}/user`)).page;
  for (let next = '1'; next;) {
    const answer = await ask('GET', `${notes}?per_page=100&page=${next}`);
    const own = answer.page.find(({ author, body }) => author.id === id && body.startsWith(marker));
    if (own) return own.id;
    next = answer.next;
  }
  return undefined;
}

try {
  const link = existsSync(page) ? `\n[The plan as a page](${CI_JOB_URL}/artifacts/file/${page})\n` : '';
  const body = `${marker}\n${await readFile(file, 'utf8')}${link}`;
  const id = await ownNote();
  if (id === undefined) await ask('POST', notes, { body });
  else await ask('PUT', `${notes}/${id}`, { body });
} catch (error) {
  console.error(`the comment could not be written: ${error.message}`);
  process.exitCode = 1;
}
