import { isObject } from '../json/value.ts';
import { compareStrings, isAscending } from '../lib/lists.ts';
import { labelOf, OWNERSHIP_LABEL, ownershipOf } from '../model/ownership.ts';
import type { Json, Labels } from '../model/product.ts';
import { setTo, textMapEdits } from './edits.ts';
import { BOTH, needed, object, plain, text, type Editing, type Items } from './field.ts';

export const labels = plain<Labels>({
  on: BOTH,
  fallback: {},
  normal: sortKeys,
  read,
  items,
  inFile,
  edits,
});

function read(value: Json | undefined, name: string): Labels | undefined {
  const found = object(value, name);
  if (found === undefined) return undefined;
  const entries = Object.entries(found).map(([key, one]) => [key, needed(text(one, name), name)]);
  return Object.fromEntries(entries) as Labels;
}

function sortKeys(value: Labels): Labels {
  if (isAscending(Object.keys(value))) return value;
  return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => compareStrings(a, b)));
}

const PLAIN_KEY = /^[A-Za-z0-9_-]+$/;

function items(value: Labels, path: string): Items {
  return new Map(
    Object.entries(value).map(([key, one]) => [
      PLAIN_KEY.test(key) ? `${path}.${key}` : `${path}[${JSON.stringify(key)}]`,
      one,
    ]),
  );
}

/**
 * The labels for a file. `sync` writes the ownership label from `owner:`, so the file keeps its own value
 * (docs/design/contract.md §5).
 */
function inFile(live: Labels, declared: Labels | undefined): Labels {
  const { [OWNERSHIP_LABEL]: _, ...others } = live;
  const own = labelOf(declared ?? {}, OWNERSHIP_LABEL);
  if (own !== undefined) return { ...others, [OWNERSHIP_LABEL]: own };
  return ownershipOf(live).managed ? others : live;
}

function edits({ path, written, wanted }: Editing<Labels>) {
  return isObject(written) ? textMapEdits(path, written, wanted) : [setTo(path, wanted)];
}
