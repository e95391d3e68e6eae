/**
 * Reads a pattern for whole texts: `*` is any text, `?` any one character, and a backslash takes the character after it
 * as it is. Everything else means itself, slashes and dots too; upper and lower case differ.
 */
export function wildcard(pattern: string): (text: string) => boolean {
  const source = pattern.replaceAll(TOKEN, (token) => MEANING[token] ?? literal(token));
  const regExp = new RegExp(`^${source}$`, 'su');
  return (text) => regExp.test(text);
}

const TOKEN = /\\?[^]/gu;
const MEANING: Readonly<Record<string, string>> = { '*': '.*', '?': '.' };

function literal(token: string): string {
  const char = token.length > 1 && token.startsWith('\\') ? token.slice(1) : token;
  return char.replace(/[\\^$.|+()[\]{}/*?]/u, String.raw`\$&`);
}
