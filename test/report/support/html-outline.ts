/** An element: its name and its attributes. */
export interface Element {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
}

export interface Outline {
  readonly elements: readonly Element[];
  /** All text outside the style, with entities resolved. */
  readonly text: string;
  readonly style: string;
}

const VOID = new Set(['meta']);

/**
 * Parses an unambiguous subset of HTML: a doctype, elements with quoted attributes that close in order, text without `<`, and
 * numeric entities. @throws for all other HTML.
 */
export function htmlOutline(page: string): Outline {
  const tokens =
    /<!doctype html>|<(?<name>[a-z][a-z0-9]*)(?<attributes>(?: [a-z-]+(?:="[^"<>]*")?)*)>|<\/(?<end>[a-z][a-z0-9]*)>|(?<text>(?:[^<&]|&#\d+;)+)/y;
  const open: string[] = [];
  const found = { elements: [] as Element[], text: '', style: '' };
  while (tokens.lastIndex < page.length) {
    const at = tokens.lastIndex;
    const token = tokens.exec(page)?.groups;
    if (token === undefined) throw new Error(`no HTML from here on: ${page.slice(at, at + 80)}`);
    const { name, attributes = '', end, text } = token;
    if (end !== undefined && open.pop() !== end) throw new Error(`</${end}> closes another element`);
    if (text !== undefined) found[open.at(-1) === 'style' ? 'style' : 'text'] += resolved(text);
    if (name === undefined) continue;
    found.elements.push({ name, attributes: attributesIn(attributes) });
    if (!VOID.has(name)) open.push(name);
  }
  if (open.length > 0) throw new Error(`not closed: ${open.join(' ')}`);
  return found;
}

function attributesIn(text: string): ReadonlyMap<string, string> {
  const found = [...text.matchAll(/ (?<name>[a-z-]+)(?:="(?<value>[^"]*)")?/g)];
  return new Map(found.map(({ groups = {} }) => [groups['name'] ?? '', resolved(groups['value'] ?? '')]));
}

function resolved(text: string): string {
  return text.replaceAll(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)));
}
