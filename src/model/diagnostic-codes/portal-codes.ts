/** Diagnostics that need the live portal: resolve/, diff/, preflight/, api/. */
export const PORTAL_CODES = {
  'unknown-name': {
    about:
      'No gateway group, service, DCR provider or contact point has this name. From `lint --gateway`, a warning: no file ' +
      "of API7's ADC declares the service.",
    remedy: 'Correct the name, or create it on the control plane first. Names match exactly.',
  },
  'ambiguous-name': {
    about: 'Several live resources have this name, and adc never guesses.',
    remedy: 'Use the id instead, in the field that ends in `_id`.',
  },
  'unknown-id': {
    about: 'No resource on the control plane has this id.',
    remedy: 'Correct the id, or use the name instead.',
  },
  'names-unsupported': {
    about: 'The server cannot look up this kind of resource by name.',
    remedy: 'Use ids instead.',
  },
  'ambiguous-product': {
    about: 'Several live products have this name, and adc never guesses.',
    remedy: 'Pin the product to one of them with `id:`.',
  },
  'pinned-product-missing': {
    about: 'No live product of the portal has the id that `id:` names.',
    remedy: 'Remove `id:` to match by name.',
  },
  'rename-target-exists': {
    about: 'The name and the previous name both belong to live products.',
    remedy: 'Remove `previous_name:`, or delete one of the two products.',
  },
  'previous-name-declared': {
    about:
      'The previous name of one product is the name of another declared one, so the live product could be either. For ' +
      'example, nothing shows whether products that swap their names have done so already.',
    remedy: 'Pin the products with `id:`, or remove `previous_name:`.',
  },
  'previous-name-done': {
    severity: 'info',
    about: 'The live product has its new name, so `previous_name` no longer has an effect.',
    remedy: 'Remove `previous_name:`.',
  },
  'pinned-type-change': {
    about:
      'A type cannot change in place, and a replacement has a new id, so a pinned product keeps its type.',
    remedy: 'Remove `id:`, or keep the type.',
  },
  'fields-not-declared': {
    severity: 'info',
    about:
      'Fields of declared products have live values other than the default, and no file declares them. adc does not ' +
      'compare these fields, so it does not notice when they change on the portal.',
    remedy: 'Add them with `adc dump --update --all-fields`, or leave them to the portal.',
  },
  'name-taken': {
    severity: 'warning',
    about: 'A product with `id:` gets a name that another live product has and keeps.',
    remedy: 'Choose another name, or keep `id:`, so that adc can distinguish the two.',
  },
  'base-not-loaded': {
    severity: 'warning',
    about: 'A product file does not load at the revision that --base names.',
    remedy:
      'Name another revision with --base. Changes of the products of that file are reported as unknown.',
  },
  'ownership-declared': {
    severity: 'warning',
    about: 'The label `managed-by` is declared. adc writes this label itself and ignores the declared value.',
    remedy: 'Remove the label.',
  },
  'product-out-of-selector': {
    about:
      'A live product has this name, but not the labels of `--label-selector`, so adc does not change it.',
    remedy: 'Write the label into the file and run once without the selector and with `--no-delete`.',
  },
  'service-held': {
    about: 'A service belongs to one product at a time, and no file makes its live product release it.',
    remedy: 'Declare the live product without the link, or remove the link here.',
  },
  'missing-for-create': {
    about: 'The product does not exist yet, and adc cannot create it without this field.',
    remedy: 'Add the field.',
  },
  'service-without-openapi': {
    severity: 'warning',
    about:
      'Developers read the OpenAPI documents of the linked services, and this service has no readable one.',
    remedy: 'Add a document to the service on the control plane.',
  },
  'service-with-auth-plugin': {
    severity: 'warning',
    about: 'A linked service has its own authentication plugin, so callers need a second credential.',
    remedy: 'Remove the plugin from the service.',
  },
  'host-not-of-service': {
    severity: 'warning',
    about:
      'The gateway service does not have a linked host. This is an error if the plan adds or changes the link or publishes the product.',
    remedy: 'Correct the host, or add it to the service.',
  },
  'service-not-as-declared': {
    severity: 'warning',
    about:
      "A linked service has other hosts or authentication plugins on the gateway than in the file of API7's ADC. adc uses the values of the gateway.",
    remedy: "Run `sync` of API7's ADC, or correct the file.",
  },
  'service-not-on-gateway': {
    about:
      "A product links a service that a file of API7's ADC declares and the gateway lacks. `sync` then writes nothing.",
    remedy: "Run `sync` of API7's ADC first, or let adc wait with `--wait-for-services`.",
  },
  'service-held-elsewhere': {
    severity: 'warning',
    about:
      'A product of another portal links the gateway service that a product newly links. adc looks in the portals that the ' +
      'token can read, with at most 500 requests.',
    remedy: 'Remove the link from that product first, or link another service.',
  },
  'template-linked-twice': {
    about: 'Services of one template from different gateway groups cannot be in the same product.',
    remedy: 'Put each of them in its own product.',
  },
  'contact-point-type': {
    severity: 'warning',
    about:
      'A contact point has another type than its notification: a webhook for an email, or an email address for a webhook.',
    remedy: 'Use contact points of the type of the notification.',
  },
  'portal-mismatch': {
    about:
      'A file names one portal while `--portal`, `ADC_PORTAL` or the environment of the config names another.',
    remedy: 'Set both to the same portal, or remove one of them.',
  },
  'selector-matches-nothing': {
    about: 'No declared product has the labels of `--label-selector`, so none is in scope.',
    remedy: 'Correct the selector, or the labels in the files.',
  },
  'no-such-product': {
    about: '`--product` names a product that the files do not declare, and that has no entry of `allow:`.',
    remedy: 'Correct the name.',
  },
  'managed-without-owner': {
    severity: 'warning',
    about:
      'Undeclared live products have the label `managed-by: adc` without an owner. adc cannot tell which repository ' +
      'they belong to, so it does not change them.',
    remedy: 'Declare them in the files of their owner, or delete or release them with an entry of `allow:`.',
  },
  'ambiguous-allowance': {
    about: 'Several live products have the name in an entry of `allow:`.',
    remedy: 'Name the product with `id:` instead.',
  },
  'allowance-unused': {
    severity: 'warning',
    staysWarning: true,
    about: 'An entry of `allow:`, or a name in a flag, allows nothing that this plan does.',
    remedy: 'Remove it once its change is applied, or correct the name.',
  },
  'allowance-declared': {
    about: 'An entry deletes or releases a product that the files declare.',
    remedy: 'Remove the product from the files, or remove the entry.',
  },
} as const;
