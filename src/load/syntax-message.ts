/** Words of the YAML library that only its authors understand, and what they mean for who wrote the file. */
const PLAIN: readonly (readonly [RegExp, string])[] = [
  [/^Unexpected .* at node end$/, 'more text follows where the value has ended'],
  [/^Unexpected \S+ token$/, 'a comma or a colon is missing before this'],
  [/^Unexpected scalar token in YAML stream.*$/s, 'text stands where a key is expected'],
  [/^Unexpected flow-(?:map|seq)-end token.*$/s, 'a bracket is closed that was not opened'],
  [
    /^Implicit keys need to be on a single line$/,
    'a line is not a key with a colon, nor indented as a value',
  ],
  [/^Implicit keys of flow sequence pairs .*$/, 'a key and its colon must stand on one line'],
  [/^Implicit map keys need to be followed by map values$/, 'a key has no colon after it'],
  [
    /^Nested mappings are not allowed in compact mappings$/,
    'a line has two keys, or a value with ": " in it',
  ],
  [/^A block sequence may not be used as an implicit map key$/, 'a list stands where a key is expected'],
  [
    /^Block collections are not allowed within flow collections$/,
    'keys or dashes stand inside of { } or [ ]',
  ],
  [/^Missing (closing [^ ]*)quote$/, 'a text in quotes does not end'],
  [/^Missing , (?:or : )?between flow (?:map|sequence) items$/, 'a comma is missing'],
  [/^Sequence item without - indicator$/, 'an item of a list has no dash'],
  [/^All mapping items must start at the same column$/, 'keys of one mapping must begin in the same column'],
  [/^All sequence items must start at the same column$/, 'dashes of one list must stand in the same column'],
];

/** What is wrong with the syntax, in words for people, from the words of the YAML library. */
export function syntaxMessage(message: string): string {
  const [pattern, words] = PLAIN.find(([one]) => one.test(message)) ?? [];
  if (pattern !== undefined && words !== undefined) return message.replace(pattern, words);
  return message.slice(0, 1).toLowerCase() + message.slice(1);
}
