import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { executable } from './shell.ts';

export interface GhComment {
  readonly id: number;
  readonly login: string;
  readonly body: string;
}

export interface GhCall {
  readonly args: readonly string[];
  readonly token: string;
  /** What `-F body=@file` names. */
  readonly body: string;
}

/**
 * GitHub's command as far as pipelines use it; of filters it knows the one that selects our own comments, and gives whole
 * comments for any other. It fails for a pull request 403, and for arguments it does not know.
 */
const GH = (answers: string, calls: string): string => `#!${process.execPath}
const { appendFileSync, readFileSync } = require('node:fs');
const args = process.argv.slice(2);
const file = args.find((arg) => arg.startsWith('body=@'))?.slice(6);
const body = file === undefined ? '' : readFileSync(file, 'utf8');
appendFileSync(${JSON.stringify(calls)}, JSON.stringify({ args, token: process.env.GH_TOKEN, body }) + '\\n');
const comments = JSON.parse(readFileSync(${JSON.stringify(answers)}, 'utf8'));
const [, path] = args;
const filter = /^\\.\\[\\] \\| select\\(\\.user\\.login == "(.*)" and \\(\\.body \\| startswith\\("(.*)"\\)\\)\\) \\| \\.id$/.exec(args.at(-1));
if (args.join(' ').includes('/403/')) process.exit(1);
if (path === 'graphql') console.log('github-actions[bot]');
else if (filter) {
  const [, login, start] = filter;
  for (const { id } of comments.filter((one) => one.login === login && one.body.startsWith(start))) console.log(id);
} else if (args.includes('--paginate')) for (const comment of comments) console.log(JSON.stringify(comment));
else if (!args.includes('--method')) process.exit(2);
else if (!args.includes('--silent')) console.log('{"id":1}');
`;

/** Puts a `gh` into a folder that keeps its calls and has these comments on the pull request. */
export async function fakeGh(
  folder: string,
  comments: readonly GhComment[],
): Promise<{ readonly calls: () => Promise<readonly GhCall[]> }> {
  const path = join(folder, 'gh');
  await mkdir(folder, { recursive: true });
  await writeFile(`${path}.comments.json`, JSON.stringify(comments));
  await writeFile(`${path}.calls`, '');
  await executable(path, GH(`${path}.comments.json`, `${path}.calls`));
  return {
    calls: async () => (await readFile(`${path}.calls`, 'utf8')).split('\n').filter(Boolean).map(asCall),
  };
}

const asCall = (line: string): GhCall => JSON.parse(line) as GhCall;
