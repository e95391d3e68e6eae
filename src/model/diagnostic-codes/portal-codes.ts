import type { CodeRow } from './code-row.ts';

/** Against the live portal: resolve/, diff/, preflight/, api/. */
export const PORTAL_CODES = {
  'unknown-name': {
    severity: 'error',
    about: 'A gateway group, service, DCR provider or contact point of that name does not exist.',
    remedy: 'Correct the name, or create it on the control plane first. Names match exactly.',
  },
  'ambiguous-name': {
    severity: 'error',
    about: 'Several live things bear that name, and adc never guesses.',
    remedy: 'Write the id instead, in the field that ends in `_id`.',
  },
  'unknown-id': {
    severity: 'error',
    about: 'Nothing on the control plane has that id.',
    remedy: 'Correct the id, or write the name instead.',
  },
  'names-unsupported': {
    severity: 'error',
    about: 'The server has no list in which the name could be looked up.',
    remedy: 'Write ids instead.',
  },
  'ambiguous-product': {
    severity: 'error',
    about: 'Several live products bear the name, and adc never guesses.',
    remedy: 'Pin the product to one of them with `id:`.',
  },
  'pinned-product-missing': {
    severity: 'error',
    about: 'No live product of the portal has the id that `id:` names.',
    remedy: 'Remove `id:` to match by name.',
  },
  'rename-target-exists': {
    severity: 'error',
    about: 'Both the name and the previous name are live products.',
    remedy: 'Remove `previous_name:`, or delete one of the two products.',
  },
  'previous-name-declared': {
    severity: 'error',
    about:
      'The previous name of one product is the name of another declared one, so the live product could be either. Products ' +
      'that trade their names are such a case: nothing shows whether they have traded them already.',
    remedy: 'Pin the products with `id:`, or remove `previous_name:`.',
  },
  'previous-name-done': {
    severity: 'info',
    about: 'The live product has its new name, so `previous_name` has no effect any more.',
    remedy: 'Remove `previous_name:`.',
  },
  'pinned-type-change': {
    severity: 'error',
    about:
      'A type can not change in place, and a replacement has a new id, so a pinned product keeps its type.',
    remedy: 'Remove `id:`, or keep the type.',
  },
  'name-taken': {
    severity: 'warning',
    about: 'A product with `id:` gets a name that another live product has and keeps.',
    remedy: 'Choose another name, or keep `id:`, by which adc tells the two apart.',
  },
  'ownership-declared': {
    severity: 'warning',
    about: 'The label `managed-by` is declared. adc writes this label itself and ignores the declared value.',
    remedy: 'Remove the label.',
  },
  'product-out-of-selector': {
    severity: 'error',
    about: 'A live product has this name, but not the labels of `--label-selector`, so adc leaves it alone.',
    remedy: 'Write the label into the file and run once without the selector and with `--no-delete`.',
  },
  'service-held': {
    severity: 'error',
    about: 'A service belongs to one product at a time, and its live holder is not told to let go of it.',
    remedy: 'Declare the holder without the link, or let this product do without the service.',
  },
  'missing-for-create': {
    severity: 'error',
    about: 'The product does not exist yet, and can not be created without this field.',
    remedy: 'Add the field.',
  },
  'service-without-openapi': {
    severity: 'warning',
    about:
      'Developers read the OpenAPI documents of the linked services, and this service has none that can be read.',
    remedy: 'Give the service a document on the control plane.',
  },
  'service-with-auth-plugin': {
    severity: 'warning',
    about: 'A linked service that has an auth plugin of its own asks callers for a second credential.',
    remedy: 'Remove the plugin from the service.',
  },
  'host-not-of-service': {
    severity: 'warning',
    about: 'A linked host is none of the hosts of its gateway service.',
    remedy: 'Correct the host, or add it to the service.',
  },
  'template-linked-twice': {
    severity: 'error',
    about: 'Services of one template from different gateway groups can not be in the same product.',
    remedy: 'Give each of them a product of its own.',
  },
  'contact-point-type': {
    severity: 'warning',
    about: 'A notification by email goes to a contact point that is a webhook, or the other way round.',
    remedy: 'Use contact points of the type of the notification.',
  },
  'portal-mismatch': {
    severity: 'error',
    about: 'A file names one portal while `--portal` or `ADC_PORTAL` names another.',
    remedy: 'Let both name the same, or let one of them out.',
  },
  'selector-matches-nothing': {
    severity: 'error',
    about:
      'Every declared product declares another value for a label of `--label-selector`, so none is in scope.',
    remedy: 'Correct the selector, or the labels in the files.',
  },
  'no-such-product': {
    severity: 'error',
    about: '`--product` names a product that the files neither declare nor have an entry of `allow:` for.',
    remedy: 'Correct the name.',
  },
  'managed-without-owner': {
    severity: 'warning',
    about:
      'Undeclared live products have the label `managed-by: adc` without an owner. adc cannot tell which repository ' +
      'they belong to, so it leaves them alone.',
    remedy: 'Declare them in the files of their owner, or delete or release them with an entry of `allow:`.',
  },
  'ambiguous-allowance': {
    severity: 'error',
    about: 'Several live products have the name that an entry of `allow:` names.',
    remedy: 'Name the product with `id:` instead.',
  },
  'allowance-unused': {
    severity: 'warning',
    staysWarning: true,
    about: 'An entry of `allow:` allows nothing that this plan does.',
    remedy: 'Remove it once its change is applied, or correct the name of the product.',
  },
  'allowance-declared': {
    severity: 'error',
    about: 'An entry deletes or releases a product that the files declare.',
    remedy: 'Remove the product from the files, or remove the entry.',
  },
} as const satisfies Readonly<Record<string, CodeRow>>;
