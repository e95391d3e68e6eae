import type { Fact } from './comparison.ts';
import type { Parameter } from './parameters.ts';
import { BOTH, INPUT, NEITHER } from './role.ts';
import { toldChange } from './told.ts';

/** Whether the value of a parameter or header is written otherwise, though it is the same value. */
export function spellingFacts(before: Parameter, after: Parameter): readonly Fact[] {
  const [was, is] = [before.spelling, after.spelling];
  return [
    ...mediumFacts(before, after),
    ...(was.style === is.style ? [] : [{ detail: toldChange('style', was.style, is.style), breaks: BOTH }]),
    ...explodeFacts(was.explode, is.explode),
    ...permissionFacts('allowEmptyValue', was.allowEmptyValue, is.allowEmptyValue),
    ...permissionFacts('allowReserved', was.allowReserved, is.allowReserved),
  ];
}

/** A value by itself, or one in a media type such as JSON. */
function mediumFacts(before: Parameter, after: Parameter): readonly Fact[] {
  const [was, is] = [mediumOf(before), mediumOf(after)];
  return was === is || was === undefined || is === undefined
    ? []
    : [{ detail: `${was} -> ${is}`, breaks: BOTH }];
}

function mediumOf({ schema, content }: Parameter): 'schema' | 'content' | undefined {
  if (Object.keys(content).length > 0) return 'content';
  return schema === undefined ? undefined : 'schema';
}

function explodeFacts(was: boolean | undefined, is: boolean | undefined): readonly Fact[] {
  if (was === undefined || is === undefined || was === is) return [];
  return [{ detail: toldChange('explode', was, is), breaks: BOTH }];
}

function permissionFacts(key: string, was: boolean, is: boolean): readonly Fact[] {
  return was === is ? [] : [{ detail: toldChange(key, was, is), breaks: is ? NEITHER : INPUT }];
}
