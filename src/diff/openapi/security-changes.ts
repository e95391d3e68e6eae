import type { OpenapiChange } from '../../model/openapi-change.ts';
import { inherited } from './bounds.ts';
import type { Comparison } from './comparison.ts';
import { placeOf, rowOf } from './comparison.ts';
import { BOTH } from './role.ts';
import { shortened } from './shortened.ts';
import { toldMember, toldMembers } from './told.ts';
import type { ObjectValue, Value } from './value.ts';
import { isList, isObject, listAt, member, sameValue } from './value.ts';

/**
 * A row where the security requirements of two operations, or of two documents, differ. Breaking where somebody who met
 * a requirement before meets none now.
 * @param before the requirements in force; undefined or empty: none
 * @param name whose they are, e.g. `GET /invoices: security`
 * @param renamed the old names of schemes that have other ones now
 */
export function securityChanges(
  name: string,
  before: Value | undefined,
  after: Value | undefined,
  renamed: Comparison['renamedSchemes'],
): readonly OpenapiChange[] {
  if (sameValue(before, after)) return [];
  const [was, is] = [alternatives(before), alternatives(after)];
  const breaking = was.some((one) => !is.some((other) => demandsNoMore(withOldNames(other, renamed), one)));
  const [wasTold, isTold] = [was.map(told), is.map(told)];
  const removed = wasTold.filter((one) => !isTold.includes(one));
  const added = isTold.filter((one) => !wasTold.includes(one));
  const detail = removed.length + added.length > 0 ? toldMembers('security', removed, added) : '';
  return [rowOf('changed', placeOf('security', name, BOTH), breaking, detail.replace(/^security: /, ''))];
}

/** Requirements of which one must be met; no requirement is one that everybody meets. */
function alternatives(value: Value | undefined): readonly ObjectValue[] {
  const found = isList(value) ? inherited(value).filter(isObject) : [];
  return found.length > 0 ? found : [{}];
}

function withOldNames(requirement: ObjectValue, renamed: Comparison['renamedSchemes']): ObjectValue {
  if (renamed.size === 0) return requirement;
  return Object.fromEntries(
    Object.entries(requirement).map(([scheme, scopes]) => [renamed.get(scheme) ?? scheme, scopes]),
  );
}

function demandsNoMore(requirement: ObjectValue, than: ObjectValue): boolean {
  return Object.keys(requirement).every((scheme) => {
    const scopes = listAt(than, scheme);
    return (
      member(than, scheme) !== undefined &&
      listAt(requirement, scheme).every((scope) => scopes.includes(scope))
    );
  });
}

function told(requirement: ObjectValue): string {
  const schemes = Object.entries(requirement).map(([scheme, scopes]) => {
    const names = isList(scopes) ? scopes.map(toldMember).join(' ') : '';
    return names === '' ? scheme : `${scheme} (${names})`;
  });
  return schemes.length > 0 ? shortened(schemes.join(' with ')) : 'none';
}
