import { keySet } from './key-set.ts';
import type { ObjectValue } from './value.ts';
import { member, textAt } from './value.ts';

/** How the value of a parameter or header is written, in the words of 3.x, with what is left out. */
export interface Spelling {
  readonly style: string;
  /** Undefined where it makes no difference: for a value that has no parts. */
  readonly explode: boolean | undefined;
  readonly allowEmptyValue: boolean;
  readonly allowReserved: boolean;
}

const FORM_PLACES = keySet('query cookie formData');
const COMPOUND = keySet('array object');

const COLLECTIONS: ReadonlyMap<string, Pick<Spelling, 'style' | 'explode'>> = new Map([
  ['multi', { style: 'form', explode: true }],
  ['ssv', { style: 'spaceDelimited', explode: false }],
  ['tsv', { style: 'tabDelimited', explode: false }],
  ['pipes', { style: 'pipeDelimited', explode: false }],
]);

/** The spelling of a parameter of 2.0 or 3.x, or of a header, which has no place. */
export function spellingOf(parameter: ObjectValue): Spelling {
  const { style, explode } = isOld(parameter) ? oldStyle(parameter) : styleOf(parameter);
  return {
    style,
    explode: hasParts(parameter) ? explode : undefined,
    allowEmptyValue: member(parameter, 'allowEmptyValue') === true,
    allowReserved: member(parameter, 'allowReserved') === true,
  };
}

/** In 2.0 the type stands beside the name. */
function isOld(parameter: ObjectValue): boolean {
  return member(parameter, 'type') !== undefined && member(parameter, 'schema') === undefined;
}

function oldStyle(parameter: ObjectValue): Pick<Spelling, 'style' | 'explode'> {
  const collection = textAt(parameter, 'collectionFormat') ?? 'csv';
  return COLLECTIONS.get(collection) ?? { style: usualStyle(parameter), explode: false };
}

function styleOf(parameter: ObjectValue): Pick<Spelling, 'style' | 'explode'> {
  const style = textAt(parameter, 'style') ?? usualStyle(parameter);
  const explode = member(parameter, 'explode');
  return { style, explode: typeof explode === 'boolean' ? explode : style === 'form' };
}

function usualStyle(parameter: ObjectValue): string {
  return FORM_PLACES.has(textAt(parameter, 'in') ?? '') ? 'form' : 'simple';
}

/** Whether a value may be a list or an object; a schema that is referred to may be anything. */
function hasParts(parameter: ObjectValue): boolean {
  const type = textAt(member(parameter, 'schema') ?? parameter, 'type');
  return type === undefined || COMPOUND.has(type);
}
