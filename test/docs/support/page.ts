/**
 * The steps of a documentation page. The page is Markdown; the words after the language of a block, which renderers do not
 * show, define the kind of the block:
 *
 *     ```yaml title="api-products.yaml"    a file to write
 *     ```diff title="api-products.yaml"    an edit: the file must contain the lines without a plus, which are replaced
 *     ```sh                                commands, one a line; `exit=4` is the exit code of the last one (default: 0)
 *     ```text, ```json, ```yaml …          the output of the commands before it
 *     ```sh skip="installs from npm"       an unchecked block, with the reason
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
  /** The place: `docs/tutorial.md:12`. */
  readonly place: string;
  readonly lines: readonly string[];
  readonly exitCode: number;
  readonly shown?: Shown;
}

/** The shown output: the lines from `from` (inclusive) to `to` (exclusive). */
export interface Shown {
  readonly text: string;
  readonly from: number;
  readonly to: number;
}

export interface Edit {
  readonly before: string;
  readonly after: string;
}

/** Reads a page. @throws Error for an unchecked block without a reason. */
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
