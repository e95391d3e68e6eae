/**
 * What a page of the documentation does, top to bottom. To its reader it is plain markdown; the words after a block's
 * language, which no renderer shows, say what a block is:
 *
 *     ```yaml title="api-products.yaml"    a file: it is written
 *     ```diff title="api-products.yaml"    an edit: the lines without a plus must stand in that file, and are replaced
 *     ```sh                                commands, a line each; `exit=4` is how the last one ends, else with 0
 *     ```text, ```json, ```yaml …          what the commands before it print
 *     ```sh skip="installs from npm"       any block that is not checked, and why
 *
 * Nothing is prepared: a page starts in an empty directory, and its first `adc dev` starts the server.
 */
export interface Page {
  readonly path: string;
  readonly lines: readonly string[];
  readonly steps: readonly Step[];
}

export type Step =
  | { readonly kind: 'file'; readonly name: string; readonly text: string }
  | { readonly kind: 'edit'; readonly name: string; readonly edit: Edit }
  | Commands;

export interface Commands {
  readonly kind: 'commands';
  /** Where they stand: `docs/tutorial.md:12`. */
  readonly place: string;
  readonly lines: readonly string[];
  readonly exitCode: number;
  readonly shown?: Shown;
}

/** What the page says that commands print: its lines `from` up to, but not, `to`. */
export interface Shown {
  readonly text: string;
  readonly from: number;
  readonly to: number;
}

export interface Edit {
  readonly before: string;
  readonly after: string;
}

/** Reads a page. @throws Error for a block that would go unchecked without saying why. */
export function readPage(path: string, text: string): Page {
  const lines = text.split('\n');
  const steps: Step[] = [];
  for (const block of blocksOf(path, lines)) {
    const last = steps.at(-1);
    if (isOutput(block) && last?.kind === 'commands' && last.shown === undefined) {
      steps[steps.length - 1] = { ...last, shown: block };
    } else if (block.words['skip'] === undefined) steps.push(stepOf(block));
  }
  return { path, lines, steps };
}

interface Block extends Shown {
  readonly place: string;
  readonly language: string;
  readonly words: Readonly<Record<string, string>>;
}

const OPENS = /^\s*```(\w*)(.*)$/;

function blocksOf(path: string, lines: readonly string[]): readonly Block[] {
  const blocks: Block[] = [];
  for (let at = 0; at < lines.length; at += 1) {
    const [, language, words = ''] = OPENS.exec(lines[at] ?? '') ?? [];
    if (language === undefined) continue;
    const from = at + 1;
    const to = lines.indexOf('```', from);
    if (to === -1) throw new Error(`${path}:${from}: this block has no end`);
    if (/^\s/.test(lines[at] ?? '')) throw new Error(`${path}:${from}: this block is indented`);
    const text = lines.slice(from, to).join('\n');
    blocks.push({
      place: `${path}:${from}`,
      language,
      words: wordsOf(words),
      text,
      from,
      to,
    });
    at = to;
  }
  return blocks;
}

function wordsOf(text: string): Readonly<Record<string, string>> {
  const found = text.matchAll(/(\w+)=(?:"([^"]*)"|(\S+))/g);
  return Object.fromEntries([...found].map(([, name, quoted, plain]) => [name, quoted ?? plain]));
}

function isOutput({ language, words }: Block): boolean {
  return !['', 'sh'].includes(language) && words['title'] === undefined && words['skip'] === undefined;
}

function stepOf({ place, language, words, text }: Block): Step {
  const name = words['title'];
  if (language === 'sh' && name === undefined) {
    const lines = text.replaceAll('\\\n', ' ').split('\n');
    return { kind: 'commands', place, lines, exitCode: Number(words['exit'] ?? 0) };
  }
  if (name === undefined) throw new Error(`${place}: nothing says what this block is`);
  if (language === 'diff') return { kind: 'edit', name, edit: editOf(text) };
  return { kind: 'file', name, text: `${text}\n` };
}

function editOf(text: string): Edit {
  const side = (sign: string): string =>
    text
      .split('\n')
      .filter((line) => !line.startsWith(sign))
      .map((line) => line.slice(1))
      .join('\n');
  return { before: side('+'), after: side('-') };
}
