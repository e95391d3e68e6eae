import { jsonPointer, pointerPath } from '../../json/pointer.ts';
import { nearest } from '../../lib/nearest.ts';
import type { Path } from '../../model/declared.ts';
import type { JsonObject } from '../../model/product.ts';
import { isObject, valueAt } from '../../json/value.ts';

/** Where each version keeps parts of one kind. */
const PLACES: readonly (readonly [kind: string, places: readonly Path[]])[] = [
  ['schemas', [['components', 'schemas'], ['definitions']]],
  ['definitions', [['components', 'schemas'], ['definitions']]],
  ['parameters', [['components', 'parameters'], ['parameters']]],
  ['responses', [['components', 'responses'], ['responses']]],
];

/** A reference that leads to nothing in its document. */
export interface LostReference {
  readonly text: string;
  /** To the text itself. */
  readonly path: Path;
}

/** The reference that somebody meant who wrote one that leads nowhere, undefined if none is near. */
export function meantReference(document: JsonObject, lost: LostReference): string | undefined {
  const same = sameReference(document, lost);
  if (same !== undefined) return same;
  const steps = stepsOf(lost.text);
  const near = placesOf(steps).flatMap((place) => {
    const name = nearest(steps.at(-1) ?? '', namesAt(document, place).slice(0, MOST_NAMES));
    return name === undefined ? [] : [pointerTo([...place, name])];
  });
  return near.find((one) => leadsElsewhere(one, lost));
}

/** Comparing with more takes longer than anybody waits for a hint. */
const MOST_NAMES = 2_000;

/** The reference to the part of that very name in this document, undefined if there is none. */
export function sameReference(document: JsonObject, lost: LostReference): string | undefined {
  const steps = stepsOf(lost.text);
  const name = steps.at(-1) ?? '';
  const places = placesOf(steps).filter((place) => namesAt(document, place).includes(name));
  const whole = steps.length > 1 && valueAt(document, steps) !== undefined ? [steps] : [];
  const same = [...whole, ...places.map((place) => [...place, name])].map(pointerTo);
  return same.find((one) => leadsElsewhere(one, lost));
}

/** What the reference stands for itself is not what it was meant to lead to. */
function leadsElsewhere(pointer: string, { path }: LostReference): boolean {
  return pointer !== pointerTo(path.slice(0, -1));
}

/** `Pet`, `#components/schemas/Pet` and `a.yaml#/components/schemas/Pet` as steps. */
function stepsOf(text: string): readonly string[] {
  const pointer = text.slice(text.indexOf('#') + 1);
  return pointerPath(pointer.startsWith('/') ? pointer : `/${pointer}`);
}

/** A name alone is taken for that of a schema. */
function placesOf(steps: readonly string[]): readonly Path[] {
  const kind = steps.length === 1 ? 'schemas' : (steps.at(-2) ?? '');
  return PLACES.find(([one]) => one === kind)?.[1] ?? [['components', kind]];
}

function namesAt(document: JsonObject, place: Path): readonly string[] {
  const found = valueAt(document, place);
  return isObject(found) ? Object.keys(found) : [];
}

const pointerTo = (path: Path): string => `#${jsonPointer(path)}`;
