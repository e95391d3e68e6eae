import { isList, isObject, jsonPointer, textAt, type ObjectValue, type Value } from '../json/value.ts';

/** The pointers of a document's schemas by their absolute addresses: `$id`, and `$id#name` for an anchor. */
type Targets = Map<string, string>;

/** The address of a document without one of its own. */
const BASE = 'https://document.invalid/';

/**
 * A document whose references by `$anchor`, `$dynamicAnchor` and `$id` (JSON Schema 2020-12, 8.2) are pointers; the
 * document itself if it names no schema in these ways.
 */
export function withPointers(root: Value): Value {
  const base = addressIn(textAt(root, '$self') ?? '', BASE);
  const targets: Targets = new Map([[base, '']]);
  collect({ targets, path: [] }, root, base);
  return targets.size === 1 && base === BASE ? root : rewritten(targets, root, base);
}

interface Walk {
  readonly targets: Targets;
  /** The path of the current part. */
  readonly path: string[];
}

function collect(walk: Walk, value: Value, base: string): void {
  if (typeof value !== 'object' || value === null) return;
  const own = isObject(value) ? named(walk, value, base) : base;
  for (const [key, one] of Object.entries<Value>(value)) {
    walk.path.push(key);
    collect(walk, one, own);
    walk.path.pop();
  }
}

/** Notes the names of a schema. Returns the address that references in it are relative to. */
function named({ targets, path }: Walk, schema: ObjectValue, base: string): string {
  const own = baseIn(schema, base);
  const anchors = ['$anchor', '$dynamicAnchor'].flatMap((key) => textAt(schema, key) ?? []);
  if (own === base && anchors.length === 0) return own;
  // References are percent-encoded.
  const pointer = jsonPointer(path).replaceAll('%', '%25');
  if (own !== base) targets.set(own, pointer);
  for (const name of anchors) targets.set(`${own}#${name}`, pointer);
  return own;
}

function rewritten(targets: Targets, value: Value, base: string): Value {
  if (isList(value)) return value.map((one) => rewritten(targets, one, base));
  if (!isObject(value)) return value;
  const own = baseIn(value, base);
  const entries = Object.entries<Value>(value).map(([key, one]): readonly [string, Value] => {
    const isRef = (key === '$ref' || key === '$dynamicRef') && typeof one === 'string';
    const pointer = isRef ? pointerOf(targets, addressIn(one, own)) : undefined;
    return pointer === undefined ? [key, rewritten(targets, one, own)] : ['$ref', `#${pointer}`];
  });
  return Object.fromEntries(entries);
}

function pointerOf(targets: Targets, address: string): string | undefined {
  const [file = '', fragment = ''] = address.split('#');
  if (fragment !== '' && !fragment.startsWith('/')) return targets.get(address);
  const start = targets.get(file);
  return start === undefined ? undefined : `${start}${fragment}`;
}

function baseIn(schema: ObjectValue, base: string): string {
  const id = textAt(schema, '$id');
  return id === undefined ? base : (addressIn(id, base).split('#')[0] ?? base);
}

/** An absolute address; the reference itself if it is not valid. */
function addressIn(reference: string, base: string): string {
  return URL.canParse(reference, base) ? new URL(reference, base).href : reference;
}
