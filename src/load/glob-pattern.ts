/** A glob: `*` and `?` within a name, `**` across directories, `{a,b}` for alternatives. */
export interface GlobPattern {
  /** The directory of all matches: the part before the first special character. */
  readonly base: string;
  /** Maximum depth of a match below the base; Infinity with `**`. */
  readonly depth: number;
  /** Matches paths below the base, written with `/`. */
  readonly matches: (path: string) => boolean;
}

const SPECIAL = /[*?{]/;

/** The pattern as a glob; undefined if it has no special character. */
export function globPattern(pattern: string): GlobPattern | undefined {
  const steps = pattern.split('/');
  const first = steps.findIndex((step) => SPECIAL.test(step));
  if (first === -1) return undefined;
  const rest = steps.slice(first);
  const regExp = new RegExp(`^${translated(rest.join('/'))}$`, 'su');
  return {
    base: steps.slice(0, first).join('/') || (pattern.startsWith('/') ? '/' : '.'),
    depth: pattern.includes('**') || rest.some((step) => /\{[^}]*$/.test(step)) ? Infinity : rest.length - 1,
    matches: (path) => regExp.test(path),
  };
}

const TOKENS = /\*\*\/|\*\*|\*|\?|\{[^{}]*\}|[\\^$.|+()[\]{}/]/g;

/** Alternatives may contain stars, but no other alternatives; unbalanced braces are literal. */
function translated(glob: string): string {
  return glob.replaceAll(TOKENS, (token) => {
    if (token.startsWith('{') && token.endsWith('}')) return choices(token.slice(1, -1));
    return MEANING[token] ?? `\\${token}`;
  });
}

const MEANING: Readonly<Record<string, string>> = {
  '**/': '(?:[^/]+/)*',
  '**': '.*',
  '*': '[^/]*',
  '?': '[^/]',
};

function choices(list: string): string {
  return `(?:${list.split(',').map(translated).join('|')})`;
}
