import { linkLocation, type DesiredProduct } from '../model/desired.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import { diagnostic } from '../model/diagnostic-codes.ts';
import { serviceName } from '../model/link-path.ts';
import type { Link } from '../model/product.ts';
import { serviceOf } from './linked-services.ts';
import type { PreflightInput } from './preflight-input.ts';

/** Services of one template from different gateway groups cannot be in one product (docs/design/admin-api.md §6). */
export function sharedTemplates(
  product: DesiredProduct,
  { directory, names }: PreflightInput,
): readonly Diagnostic[] {
  const first = new Map<string, Link>();
  return (product.fields.linked_gateway_services ?? []).flatMap((link) => {
    const template = serviceOf(link, directory)?.template_id;
    if (template === undefined) return [];
    const other = first.get(template);
    if (other === undefined) first.set(template, link);
    if (other === undefined || other.gateway_group_id === link.gateway_group_id) return [];
    return [
      diagnostic('template-linked-twice', {
        message: `${serviceName(other, names)} and ${serviceName(link, names)} come from one service template`,
        hint: 'Put services of one template from different gateway groups in separate products.',
        location: linkLocation(product, link),
        related: [{ message: 'the other one', location: linkLocation(product, other) }],
      }),
    ];
  });
}
