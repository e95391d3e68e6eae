import { fieldOf, fieldsOf } from '../fields/field-table.ts';
import type { ProductChange } from '../model/change.ts';
import type { DesiredFields } from '../model/desired.ts';
import { diagnostic, type Diagnostic } from '../model/diagnostic.ts';

/**
 * Errors for products that lack a field that is required to create or publish them (docs/design/admin-api.md §15.25,
 * §15.26).
 */
export function creatable(changes: readonly ProductChange[]): readonly Diagnostic[] {
  return changes.flatMap((change) => [...missingFields(change), ...publishedWithoutServices(change)]);
}

function missingFields(change: ProductChange): readonly Diagnostic[] {
  if (change.kind !== 'create' && change.kind !== 'replace') return [];
  const { desired } = change;
  const missing = fieldsOf(desired.type).filter(
    (name) => fieldOf(name).neededToCreate && desired.fields[name] === undefined,
  );
  return missing.map((name) => {
    const { include } = fieldOf(name);
    return diagnostic('missing-for-create', {
      message: `"${desired.name}" does not exist yet, and cannot be created without \`${name}\``,
      hint: `Add \`${name}\`${include ? ` or \`${include.key}\`` : ''}, or check the name if the product should exist.`,
      location: desired.at(['name']),
    });
  });
}

function publishedWithoutServices(change: ProductChange): readonly Diagnostic[] {
  if (!('desired' in change) || change.desired.type !== 'gateway') return [];
  const touched = 'status' in change.fields || 'linked_gateway_services' in change.fields;
  const { status, linked_gateway_services: links } = { ...liveFields(change), ...change.fields };
  if (!touched || status !== 'published' || (links ?? []).length > 0) return [];
  return [
    diagnostic('publish-without-services', {
      message: `"${change.desired.name}" would be published without a gateway service`,
      hint: 'Link at least one service, or set status: draft.',
      location: change.desired.at(['linked_gateway_services']),
    }),
  ];
}

function liveFields(change: ProductChange): DesiredFields {
  return change.kind === 'update' ? change.live.fields : {};
}
