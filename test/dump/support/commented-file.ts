import type { Edit } from '../../../src/fields/edits.ts';
import type { Json } from '../../../src/model/product.ts';

type Steps = readonly (string | number)[];

/** A comment of a generated file: its subject and its line. */
export interface DrawnComment {
  readonly text: string;
  readonly owner: Steps;
  /** After its owner on the same line, above it on separate lines, or below the key of its owner. */
  readonly where: 'behind' | 'above' | 'header';
}

/** A product file with many comments, and some edits. */
export interface DrawnFile {
  readonly text: string;
  readonly comments: readonly DrawnComment[];
  readonly edits: readonly Edit[];
}

interface Drawing {
  readonly pick: <Value>(...values: readonly Value[]) => Value;
  readonly comments: DrawnComment[];
  readonly edits: Edit[];
  count: number;
}

/** Lines of a value. The first follows a key or a dash. */
interface Written {
  readonly inline: string;
  readonly lines: readonly string[];
}

/** Generates a file. Every text and key is a different word, so that a word identifies its line. */
export function drawnFile(seed: number): DrawnFile {
  const next = numbers(seed);
  const pick = <Value>(...values: readonly Value[]): Value => values[next() % values.length] as Value;
  const drawing: Drawing = { pick, comments: [], edits: [], count: 0 };
  const list = blockList(drawing, ['api_products'], pick(1, 2, 3), product);
  const lines = ['# top', 'portal: default', ...entryLines('api_products', list), pick('', 'x: 1 # end')];
  const body = lines.join('\n') + pick('', '\n', '\n\n', '\n# bottom\n');
  const text = pick('', '---\n---\n') + body;
  return {
    text: pick(text, text.replaceAll('\n', '\r\n')),
    comments: drawing.comments,
    edits: drawing.edits,
  };
}

/** Mulberry32: the same numbers for the same seed. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    const mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    const more = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return (more ^ (more >>> 14)) >>> 0;
  };
}

const word = (drawing: Drawing, kind: string): string => {
  drawing.count += 1;
  return `${kind}${drawing.count}z`;
};

function comment(drawing: Drawing, owner: Steps, where: DrawnComment['where']): string {
  const text = `# ${word(drawing, 'c')}`;
  drawing.comments.push({ text, owner, where });
  return text;
}

const behind = (drawing: Drawing, owner: Steps): string =>
  drawing.pick(true, false) ? ` ${comment(drawing, owner, 'behind')}` : '';

const above = (drawing: Drawing, owner: Steps, pad: string): readonly string[] =>
  drawing.pick(true, false, false) ? [`${pad}${comment(drawing, owner, 'above')}`] : [];

const indented = (lines: readonly string[], by: number): readonly string[] =>
  lines.map((line) => (line === '' ? '' : ' '.repeat(by) + line));

function entryLines(key: string, { inline, lines }: Written): readonly string[] {
  return [`${key}:${inline === '' || inline.startsWith(' ') ? inline : ` ${inline}`}`, ...lines];
}

function blockList(
  drawing: Drawing,
  path: Steps,
  count: number,
  member: (drawing: Drawing, path: Steps) => readonly string[],
): Written {
  const by = drawing.pick(0, 2, 4);
  const items = Array.from({ length: count }, (_, index) => {
    const own = [...path, index];
    const before = above(drawing, own, '');
    const [first = '', ...rest] = member(drawing, own);
    return [...drawing.pick([], ['']), ...before, `- ${first}`, ...indented(rest, 2)];
  });
  return { inline: '', lines: indented(items.flat(), by) };
}

function product(drawing: Drawing, path: Steps): readonly string[] {
  const fields = [
    () => entryLines('desc', scalar(drawing, [...path, 'desc'])),
    () => entryLines('labels', collection(drawing, [...path, 'labels'], 'map')),
    () => entryLines('hosts', collection(drawing, [...path, 'hosts'], 'list')),
    () => entryLines('links', blockList(drawing, [...path, 'links'], drawing.pick(1, 2, 3), link)),
    () => entryLines('nothing', nothing(drawing, [...path, 'nothing'])),
  ].filter(() => drawing.pick(true, true, false));
  const removed = drawing.pick(true, false, false, false, false);
  const before = drawing.edits.length;
  const name = word(drawing, 'n');
  const lines = [`name: ${name}${behind(drawing, [...path, 'name'])}`, ...fields.flatMap((field) => field())];
  if (removed) drawing.edits.splice(before, Infinity, { op: 'remove', path });
  return lines;
}

function link(drawing: Drawing, path: Steps): readonly string[] {
  const removed = drawing.pick(true, false, false);
  const before = drawing.edits.length;
  const service = word(drawing, 's');
  const lines = [
    `service: ${service}${behind(drawing, [...path, 'service'])}`,
    ...drawing.pick([], entryLines('hosts', collection(drawing, [...path, 'hosts'], 'list'))),
  ];
  // A discarded member must leave no edits and comments.
  const text = lines.join('\n');
  drawing.comments.splice(
    0,
    Infinity,
    ...drawing.comments.filter((one) => !isBelow(one.owner, path) || text.includes(one.text)),
  );
  const edits = drawing.edits.splice(before);
  if (removed) drawing.edits.push({ op: 'remove', path });
  else if (text.includes('hosts:')) drawing.edits.push(...edits);
  return lines;
}

export const isBelow = (path: Steps, above_: Steps): boolean =>
  above_.every((step, index) => step === path[index]);

function scalar(drawing: Drawing, path: Steps): Written {
  const text = word(drawing, 'v');
  const next = word(drawing, 'w');
  const value = drawing.pick<Json>(next, `${next}\nmore\n`, `${next}: #no`, [next], null);
  if (drawing.pick(true, false)) drawing.edits.push({ op: 'set', path, value });
  const end = behind(drawing, path);
  return drawing.pick<() => Written>(
    () => ({ inline: text + end, lines: [] }),
    () => ({ inline: `"${text}"${end}`, lines: [] }),
    () => ({ inline: `'${text}'${end}`, lines: [] }),
    () => ({ inline: `|${end}`, lines: [`  ${text}`, '  # no comment'] }),
    () => ({ inline: `>-${end}`, lines: [`  ${text}`, '', '  # no comment'] }),
    () => ({ inline: '', lines: [`  ${text}${end}`] }),
    () => ({ inline: comment(drawing, path, 'header'), lines: [`  ${text}${end}`] }),
    () => ({ inline: text, lines: [`  more${end}`] }),
  )();
}

function nothing(drawing: Drawing, path: Steps): Written {
  const next = word(drawing, 'w');
  if (drawing.pick(true, false))
    drawing.edits.push({ op: 'set', path, value: drawing.pick<Json>(next, [next], {}) });
  return { inline: `${drawing.pick('', '~', '[]')}${behind(drawing, path)}`, lines: [] };
}

function collection(drawing: Drawing, path: Steps, kind: 'map' | 'list'): Written {
  const count = drawing.pick(0, 1, 2, 3, 4);
  const members = Array.from({ length: count }, (_, index) => {
    const [key, value] = [word(drawing, 'k'), word(drawing, 'v')];
    return {
      own: [...path, kind === 'map' ? key : index],
      text: kind === 'map' ? `${key}: ${value}` : value,
    };
  });
  for (const { own } of members) {
    const edit = drawing.pick<Edit | undefined>(undefined, undefined, { op: 'remove', path: own });
    if (edit !== undefined) drawing.edits.push(edit);
  }
  for (const _ of drawing.pick([], [], [1], [1, 2])) {
    const [key, value] = [word(drawing, 'k'), word(drawing, 'w')];
    drawing.edits.push(
      kind === 'map' ? { op: 'set', path: [...path, key], value } : { op: 'append', path, value },
    );
  }
  const [open, close] = kind === 'map' ? ['{', '}'] : ['[', ']'];
  const style = drawing.pick('block', 'line', 'lines');
  if (style === 'block' && count > 0) return blockMembers(drawing, path, members, kind);
  if (style !== 'lines') {
    const [pad, comma] = drawing.pick<readonly [string, string]>(['', ','], [' ', ', '], [' ', ',']);
    const inner = members.map(({ text }) => text).join(comma);
    return { inline: `${open}${pad}${inner}${pad}${close}${behind(drawing, path)}`, lines: [] };
  }
  return flowLines(drawing, path, members, [open ?? '', close ?? '']);
}

interface Member {
  readonly own: Steps;
  readonly text: string;
}

function blockMembers(
  drawing: Drawing,
  path: Steps,
  members: readonly Member[],
  kind: 'map' | 'list',
): Written {
  const by = kind === 'map' ? drawing.pick(2, 4) : drawing.pick(0, 2, 4);
  const head = drawing.pick(true, false) ? comment(drawing, path, 'header') : '';
  const lines = members.flatMap(({ own, text }) => [
    ...above(drawing, own, ''),
    `${kind === 'list' ? '- ' : ''}${text}${behind(drawing, own)}`,
  ]);
  return { inline: head, lines: indented(lines, by) };
}

function flowLines(
  drawing: Drawing,
  path: Steps,
  members: readonly Member[],
  [open, close]: readonly [string, string],
): Written {
  const head = drawing.pick(true, false) ? ` ${comment(drawing, path, 'header')}` : '';
  const ended = drawing.pick(true, false);
  const lines = members.flatMap(({ own, text }, index) => {
    const comma = ended || index < members.length - 1 ? ',' : '';
    return [...above(drawing, own, ''), `${text}${comma}${behind(drawing, own)}`];
  });
  return { inline: open + head, lines: [...indented(lines, 4), `  ${close}${behind(drawing, path)}`] };
}
