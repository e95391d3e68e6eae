const INTEGER = 'Write integer.';
const FLOAT = 'Write number; its format may be float or double.';

/** Words of other languages for types of OpenAPI. */
const HINTS: Readonly<Record<string, string>> = {
  int: INTEGER,
  int32: 'Write integer with format: int32.',
  int64: 'Write integer with format: int64.',
  long: 'Write integer with format: int64.',
  float: FLOAT,
  double: FLOAT,
  decimal: FLOAT,
  bool: 'Write boolean.',
  str: 'Write string.',
  text: 'Write string.',
  date: 'Write string with format: date.',
  datetime: 'Write string with format: date-time.',
  'date-time': 'Write string with format: date-time.',
  timestamp: 'Write string with format: date-time.',
  uuid: 'Write string with format: uuid.',
  file: 'Write string with format: binary.',
  binary: 'Write string with format: binary.',
  list: 'Write array.',
  map: 'Write object.',
  dict: 'Write object.',
  any: 'Leave it out: any type is allowed then.',
  null: 'Write nullable: true beside the type.',
};

/** What to write for a type that OpenAPI does not know by that word. */
export function typeHint(word: string): string | undefined {
  const folded = word.toLowerCase();
  return Object.hasOwn(HINTS, folded) ? HINTS[folded] : undefined;
}
