import { readdirSync, readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { stringify } from 'yaml';

const CORPUS = new URL('../corpus/', import.meta.url).pathname;
const FILES = ['good', 'bad'].flatMap((folder) =>
  readdirSync(CORPUS + folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => readFileSync(`${CORPUS}${folder}/${name}`, 'utf8')),
);

const WORDS =
  'api_products:|name:|type: gateway|auth:|a|b|c: d|"q"|\'s\'|200:|- |  |    |\n|\n  |\n- |: |? ||\n|>\n||-\n||+\n|>-\n||2\n|---\n|--- |...\n|\t|\\|# c\n| #c';
const PIECES = [
  ...WORDS.split('|'),
  '|\n',
  '|-\n',
  '|+\n',
  '\\\n',
  '\\\n\n',
  '\n\n',
  '\n# c\n',
  '\n#c\n  ',
  'k'.repeat(1025),
  ' '.repeat(1025),
  ...'{ } [ ] , &a  *a !t  " \' ~ 1.0 0x1F 0o7 007 1e3 -0 .5 -.inf .nan true Null NO 12345678901234567890 % @ ` | > : - ? = # é \u{1F600} \u00a0 \u2028'.split(
    ' ',
  ),
];

/** The text with normalized line ends, and without characters that adc refuses before it parses. */
const normalized = (text: string): string =>
  text
    .replaceAll(/\r\n?/g, '\n')
    // oxlint-disable-next-line no-control-regex -- the characters to remove
    .replaceAll(/[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]/g, '');

/** Text of YAML indicators and words, in any order. */
export function yamlFragments(): fc.Arbitrary<string> {
  return fc.array(fc.constantFrom(...PIECES), { maxLength: 25 }).map((pieces) => pieces.join(''));
}

/** A good or bad file of the corpus with a removed, duplicated, moved or inserted piece. */
export function mutatedYaml(): fc.Arbitrary<string> {
  const place = { from: fc.nat(), length: fc.nat({ max: 30 }), to: fc.nat() };
  return fc
    .record({
      text: fc.constantFrom(...FILES),
      ...place,
      keep: fc.boolean(),
      put: fc.constantFrom('', ...PIECES),
    })
    .map(({ text, from, length, to, keep, put }) => {
      const start = from % Math.max(1, text.length);
      const rest = keep ? text : text.slice(0, start) + text.slice(start + length);
      const piece = put === '' ? text.slice(start, start + length) : put;
      const target = to % (rest.length + 1);
      return normalized(rest.slice(0, target) + piece + rest.slice(target));
    });
}

const TEXTS =
  'no|1.10|~||- a|a: b|#x|x #y|multi\nline\n|\n\nlead|trail  \n|"q"|it\'s|0x1F|<<|\ttab|a\n\n\nb|%a|@a|? a|a:|- |:|a b'.split(
    '|',
  );

/** The YAML that the library `yaml` writes for a value, in any of its styles. */
export function programYaml(): fc.Arbitrary<string> {
  const key = fc.oneof(
    fc.string({ maxLength: 8 }),
    fc.constantFrom('200', 'true', 'a b', '<<', '__proto__', '1.0'),
  );
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof(
      { depthSize: 'small' },
      fc.constantFrom(...TEXTS),
      fc.string({ unit: 'grapheme' }),
      fc.double(),
      fc.integer(),
      fc.constantFrom(true, false, null),
      fc.array(tie('value'), { maxLength: 4 }),
      fc.dictionary(key, tie('value'), { maxKeys: 4 }),
    ),
  }));
  const style = fc.record({
    indent: fc.integer({ min: 1, max: 6 }),
    indentSeq: fc.boolean(),
    lineWidth: fc.constantFrom(0, 20, 80),
    singleQuote: fc.boolean(),
    collectionStyle: fc.constantFrom('any', 'flow', 'block'),
    defaultStringType: fc.constantFrom(
      'PLAIN',
      'QUOTE_DOUBLE',
      'QUOTE_SINGLE',
      'BLOCK_LITERAL',
      'BLOCK_FOLDED',
    ),
  } as const);
  return fc
    .record({ values: fc.array(value, { minLength: 1, maxLength: 2 }), style })
    .map(({ values, style: chosen }) =>
      normalized(values.map((one) => stringify(one, chosen)).join('---\n')),
    );
}
