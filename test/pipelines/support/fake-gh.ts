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
 * comments for any other. It fails for a pull request 403, and for arguments it does not know. In bash, which starts faster
 * than Node.js. It keeps each call as fields that end with a NUL: token, body, number of arguments, arguments.
 */
const GH = (path: string): string => `#!/bin/bash
body=
for arg; do
  case $arg in body=@*) IFS= read -rd '' body <"\${arg#body=@}" || true ;; esac
done
printf '%s\\0' "\${GH_TOKEN:-}" "$body" "$#" "$@" >>'${path}.calls'
filter='^\\.\\[\\] \\| select\\(\\.user\\.login == "(.*)" and \\(\\.body \\| startswith\\("(.*)"\\)\\)\\) \\| \\.id$'
case "$* " in
  */403/*) exit 1 ;;
  'api graphql '*) echo 'github-actions[bot]' ;;
  *)
    if [[ \${!#} =~ $filter ]]; then
      while IFS= read -rd '' id && IFS= read -rd '' login && IFS= read -rd '' text; do
        [[ $login != "\${BASH_REMATCH[1]}" || $text != "\${BASH_REMATCH[2]}"* ]] || echo "$id"
      done <'${path}.comments'
    else
      case " $* " in
        *' --paginate '*) IFS= read -rd '' lines <'${path}.comments.jsonl' || printf %s "$lines" ;;
        *' --method '*' --silent '*) ;;
        *' --method '*) echo '{"id":1}' ;;
        *) exit 2 ;;
      esac
    fi
    ;;
esac
`;

/** Puts a `gh` into a folder that keeps its calls and has these comments on the pull request. */
export async function fakeGh(
  folder: string,
  comments: readonly GhComment[],
): Promise<{ readonly calls: () => Promise<readonly GhCall[]> }> {
  const path = join(folder, 'gh');
  await mkdir(folder, { recursive: true });
  const texts = {
    comments: comments.map(({ id, login, body }) => `${id}\0${login}\0${body}\0`).join(''),
    'comments.jsonl': comments.map((comment) => `${JSON.stringify(comment)}\n`).join(''),
    calls: '',
  };
  for (const [name, text] of Object.entries(texts)) await writeFile(`${path}.${name}`, text);
  await executable(path, GH(path));
  return { calls: async () => callsIn((await readFile(`${path}.calls`, 'utf8')).split('\0')) };
}

function callsIn([token = '', body = '', count, ...rest]: readonly string[]): readonly GhCall[] {
  if (count === undefined) return [];
  const args = rest.slice(0, Number(count));
  return [{ token, body, args }, ...callsIn(rest.slice(args.length))];
}
