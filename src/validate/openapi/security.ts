import { nearest } from '../../lib/nearest.ts';
import type { Path } from '../../model/declared.ts';
import type { JsonObject } from '../../model/product.ts';
import { isObject, itemsOf, valueAt } from '../../json/value.ts';
import type { Finding } from './finding.ts';
import { MOST_FINDINGS } from './finding.ts';
import type { OpenapiVersion } from './openapi-version.ts';
import { operationsOf } from './operations.ts';

const PLACES: Readonly<Record<OpenapiVersion, Path>> = {
  '2.0': ['securityDefinitions'],
  '3.0': ['components', 'securitySchemes'],
  '3.1': ['components', 'securitySchemes'],
  '3.2': ['components', 'securitySchemes'],
};

/** Security schemes that are demanded and that nothing defines, each told where it is named first. */
export function securityFindings(document: JsonObject, version: OpenapiVersion): readonly Finding[] {
  const defined = valueAt(document, PLACES[version]);
  const names = isObject(defined) ? Object.keys(defined) : [];
  const known = new Set(names);
  return [...firstPlaces(document)]
    .filter(([name]) => !known.has(name) && !(version === '3.2' && isAddress(name)))
    .map(([name, path], index) => {
      const near = index < MOST_FINDINGS ? nearest(name, names.slice(0, MOST_NAMES)) : undefined;
      return undefinedScheme(name, path, near, PLACES[version]);
    });
}

const MOST_NAMES = 2_000;

/** Where each scheme is demanded first. */
function firstPlaces(document: JsonObject): ReadonlyMap<string, Path> {
  const holders = [
    { value: document, path: [] },
    ...operationsOf(document).map(({ value, path }) => ({ value, path })),
  ];
  const places = holders.flatMap(({ value, path }) =>
    itemsOf(value['security']).flatMap((requirement, index) =>
      (isObject(requirement) ? Object.keys(requirement) : []).map(
        (name) => [name, [...path, 'security', index, name]] as const,
      ),
    ),
  );
  return new Map(places.toReversed());
}

/** Since 3.2 a scheme may be that of another document. */
const isAddress = (name: string): boolean => /[/#]/.test(name);

function undefinedScheme(name: string, path: Path, near: string | undefined, place: Path): Finding {
  return {
    code: 'openapi-unknown-security',
    path,
    part: 'key',
    message: `the security scheme "${name}" is not defined`,
    hint: near === undefined ? `Define it in ${place.join('.')}.` : `Did you mean "${near}"?`,
  };
}
