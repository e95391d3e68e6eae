import type { Names } from './desired.ts';

const known = new WeakMap<Names, Names>();

/**
 * The names that tell things apart: what shares its name with another id, or has one that could be read as
 * `group/service`, goes by its id. Worked out once for each set of names.
 */
export function tellingNames(names: Names): Names {
  const found = known.get(names) ?? {
    gatewayGroups: telling(names.gatewayGroups),
    services: telling(names.services, (key) => String((JSON.parse(key) as unknown[])[0])),
    dcrProviders: telling(names.dcrProviders),
    contactPoints: telling(names.contactPoints),
  };
  known.set(names, found);
  return found;
}

/** @param scope gives within what a name must be the only one; all of them are one scope if left out. */
function telling(
  names: ReadonlyMap<string, string>,
  scope: (key: string) => string = () => '',
): ReadonlyMap<string, string> {
  const counts = new Map<string, number>();
  const place = (key: string, name: string): string => JSON.stringify([scope(key), name]);
  for (const [key, name] of names) counts.set(place(key, name), (counts.get(place(key, name)) ?? 0) + 1);
  return new Map(
    [...names].filter(([key, name]) => counts.get(place(key, name)) === 1 && !name.includes('/')),
  );
}
