import * as fc from 'fast-check';
import { isMap, isPair, isScalar, isSeq, parse, parseDocument, Scalar, visit } from 'yaml';
import { escapeUnsafe } from '../../../src/lib/printable.ts';

export interface Style {
  /** The style of each node in turn. Repeats if there are more nodes. */
  readonly choices: readonly number[];
  readonly indent: 2 | 4;
  readonly indentSeq: boolean;
  readonly windows: boolean;
}

export const arbitraryStyle: fc.Arbitrary<Style> = fc.record({
  choices: fc.array(fc.nat({ max: 11 }), { minLength: 1, maxLength: 40 }),
  indent: fc.constantFrom(2, 4),
  indentSeq: fc.boolean(),
  windows: fc.boolean(),
});

/** An equal YAML text with other braces, quotes, comments, indentation and line ends. */
export function restyled(text: string, { choices, indent, indentSeq, windows }: Style): string {
  const document = parseDocument(text, { version: '1.2' });
  let count = 0;
  const next = (): number => choices[count++ % choices.length] ?? 0;
  visit(document, {
    Node: (key, node, path) => {
      if (key === 'key' || path.length < 4) return;
      const choice = next();
      if (choice === 0) node.comment = ' said behind it';
      if (choice === 1 && !isPair(path.at(-1))) node.commentBefore = ' said before it';
      if ((isMap(node) || isSeq(node)) && choice > 8 && path.length > 4) node.flow = true;
      if (isScalar(node) && typeof node.value === 'string') quote(node as Scalar<string>, choice);
    },
  });
  const styled = escapeUnsafe(
    document.toString({ lineWidth: 0, indent, indentSeq, flowCollectionPadding: choices[0] !== 3 }),
  );
  if (JSON.stringify(parse(styled)) !== JSON.stringify(parse(text))) return text;
  return windows ? styled.replaceAll('\n', '\r\n') : styled;
}

function quote(node: Scalar<string>, choice: number): void {
  if (node.type === Scalar.QUOTE_DOUBLE && node.value !== '' && !/^[a-z ]+$/i.test(node.value)) return;
  if (choice === 4) node.type = Scalar.QUOTE_DOUBLE;
  if (choice === 5 && /^[\x20-\x7e]+$/.test(node.value)) node.type = Scalar.QUOTE_SINGLE;
}
