import type { GatewayProduct } from '../generated/product-file.ts';
import type { Declared } from '../model/declared.ts';
import type { References } from '../model/directory.ts';

/** Everything on the control plane that the declared products refer to, so that only that is read. */
export function references(declared: Declared): References {
  const products = declared.products.flatMap(({ body }) => (body.type === 'gateway' ? [body] : []));
  const links = products.flatMap((product) => product.linked_gateway_services ?? []);
  const providers = products.flatMap((product) => product.auth?.dcr ?? []);
  const notifications = products.flatMap((product: GatewayProduct) => product.notifications ?? []);
  return {
    gatewayGroups: {
      names: given(links.map((link) => link.gateway_group)),
      ids: given(links.map((link) => link.gateway_group_id)),
    },
    dcrProviders: {
      names: given(providers.map((provider) => provider.dcr_provider)),
      ids: given(providers.map((provider) => provider.dcr_provider_id)),
    },
    contactPoints: {
      names: given(notifications.flatMap((one) => one.contact_points)),
      ids: given(notifications.flatMap((one) => one.contact_point_ids)),
    },
  };
}

function given(values: readonly (string | undefined)[]): ReadonlySet<string> {
  return new Set(values.filter((value) => value !== undefined));
}
