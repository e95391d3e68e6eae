/**
 * Returns a function that matches complete texts: `*` matches any text, `?` any character, and a backslash escapes the
 * next character. All other characters are literal, including slashes and dots. Case-sensitive.
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
