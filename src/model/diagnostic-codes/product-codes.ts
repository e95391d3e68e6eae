/** Diagnostics of the contents of product files: validate/. */
export const PRODUCT_CODES = {
  'unknown-key': {
    about:
      'This field does not exist here. adc ignores no fields: a misspelled field would be a missing one.',
    remedy: 'Use the suggested field, or remove it.',
  },
  'field-of-other-type': {
    about:
      'Gateway products and external products have different fields, and this one belongs to the other type.',
    remedy: 'Remove the field, or change the `type`.',
  },
  'missing-key': {
    about: 'A required field is missing.',
    remedy: 'Add it.',
  },
  'conflicting-keys': {
    about: 'Two keys set the same field.',
    remedy: 'Remove one of them.',
  },
  'wrong-type': {
    about: 'A value has the wrong type, for example a number instead of text, or text instead of a list.',
    remedy:
      'Text that looks like a number, a boolean or null needs quotes. A list has `- ` before each item.',
  },
  'unknown-value': {
    about: 'The value is not one of the allowed values of the field.',
    remedy: 'Use one of the listed values.',
  },
  'wrong-length': {
    about: 'A text is empty, or longer than the Admin API allows.',
    remedy: 'Add a value, or shorten it.',
  },
  'bad-format': {
    about: 'A text does not have the format of its field, for example an id.',
    remedy: 'Correct it. A name goes into the field without `_id`.',
  },
  'not-a-host': {
    about: 'A linked host is not a valid host name.',
    remedy: 'Use a host name without scheme, port and path. A leading `*` is allowed.',
  },
  'bad-label-value': {
    about: 'The value of a label is empty or has several lines.',
    remedy: 'Write the value on one line.',
  },
  'empty-auth': {
    about: '`auth` of a gateway product has no authentication method.',
    remedy: 'Add `key_auth`, `basic_auth` or `dcr`, or remove `auth` to keep the live setting.',
  },
  'duplicate-product': {
    about:
      'Two products have the same name, and not both have an `id:`. A name identifies a product within its portal.',
    remedy: 'Rename one of them, remove it, or pin both to their live products with `id:`.',
  },
  'product-claimed-twice': {
    about: 'Two declared products match the same live product by id, name or previous name.',
    remedy: 'Remove `id:` or `previous_name:` from one of them.',
  },
  'several-portals': {
    about: 'Files name different portals, and one run works on one portal.',
    remedy: 'Run adc once for each portal, with the files of that portal.',
  },
  'service-linked-twice': {
    about: 'A product links the same gateway service twice.',
    remedy: 'Keep one link, with all hosts.',
  },
  'service-claimed-twice': {
    about: 'Two declared products link the same gateway service, which belongs to one product at a time.',
    remedy: 'Remove one of the links.',
  },
  'rename-to-itself': {
    about: '`previous_name` equals the name of the product.',
    remedy: 'Remove it, or write the name of the live product.',
  },
  'name-unprintable': {
    about:
      'The name of a product has a control character, a line end, half of a surrogate pair or U+FFFD. It is invisible, and adc ' +
      'would not match the live product without it.',
    remedy: 'Remove the character. If the live product has such a name, pin it with `id:`.',
  },
  'name-unrendered': {
    about: 'The name of a product has `{{ }}` or `<% %>` of a template, or is a value that sops encrypted.',
    remedy:
      'Render or decrypt the file before the run. If the live product has such a name, pin it with `id:`.',
  },
  'name-of-pinned-product': {
    severity: 'warning',
    adjustable: true,
    about:
      'The name of a product with `id:` is empty, has more than 100 characters, has a control character, a line end or a broken ' +
      'character, or is a template. A live product can have such a name.',
    remedy: 'Keep the name if the live product has it. To rename the product, write a valid name.',
  },
  'name-lookalike': {
    severity: 'warning',
    adjustable: true,
    about:
      'A name of a product, or of something that a file refers to, has blanks at its ends, a line end or invisible characters. ' +
      'Or a name is new and differs from the name of a live product only ' +
      'in Unicode normalization, case, blanks or invisible characters.',
    remedy: 'Write the name as the live product has it, or choose a name that people can tell apart.',
  },
  'publish-without-services': {
    about: 'A gateway product would be published without a gateway service.',
    remedy: 'Link a service, or set `status: draft`.',
  },
  'publish-without-servers': {
    about:
      'An external product would be published, `server_urls` is empty, and its OpenAPI document has no server.',
    remedy: 'Add `server_urls` with the URL of the API.',
  },
  'servers-unknown': {
    severity: 'warning',
    adjustable: true,
    about:
      'An external product would be published without `server_urls`, and its OpenAPI document has no server. ' +
      'Only the live product may say where the API is.',
    remedy: 'Add `server_urls`, or `servers` in the OpenAPI document.',
  },
  'no-contact-points': {
    about: 'A notification has no contact points, so it notifies no one.',
    remedy: 'Add a contact point, or remove the notification.',
  },
  'openapi-left-out': {
    severity: 'info',
    adjustable: true,
    about:
      'The dump left out the OpenAPI document of an external product, because the server did not return it or it was invalid. ' +
      'Until you add the document, adc does not compare it and cannot create the product elsewhere.',
    remedy: 'Add the document with `openapi_file`, and remove the comment of the dump.',
  },
  'status-left-out': {
    severity: 'info',
    adjustable: true,
    about:
      'A product declares `auth` but no `status`. adc refuses a later change of `auth` on a published product without ' +
      '`status: published` in the file.',
    remedy: 'Add the `status` of the product.',
  },
  'not-a-url': {
    severity: 'warning',
    adjustable: true,
    about: 'A server address is neither a URL nor a path, so readers cannot call it.',
    remedy: 'Start it with `https://`.',
  },
  'large-logo': {
    severity: 'warning',
    adjustable: true,
    about: 'A logo is larger than 1 MiB; servers may refuse it.',
    remedy: 'Use a smaller image.',
  },
  'owner-mismatch': {
    about:
      'A file declares another owner than `--owner` or `ADC_OWNER`, or two documents of one file declare different owners.',
    remedy: 'Run adc with the owner of the file, or declare one owner for each file.',
  },
  'allowance-empty': {
    about: 'An entry of `allow:` allows nothing.',
    remedy: 'Add a consent such as `subscription_loss`, `delete` or `take_over_from`, or remove the entry.',
  },
  'allowance-until': {
    about: 'The last day of an entry is not a valid date, or is more than 31 days ahead.',
    remedy: 'Use the form `2026-12-07`, at most 31 days ahead.',
  },
  'allowance-expired': {
    severity: 'warning',
    staysWarning: true,
    about: 'The last day of an entry of `allow:` is past, so the entry allows nothing.',
    remedy: 'Remove the entry, or write a later day.',
  },
  'allowance-conflict': {
    about:
      'Two entries of `allow:` are for the same product, or one entry has consents that exclude each other.',
    remedy: 'Keep one entry for each product. Delete, release and take-over exclude each other.',
  },
  'hold-expired': {
    about:
      'The last day of a hold is past. adc does not decide by itself whether the product may change again.',
    remedy: 'Remove `hold:` to apply the file again, or write a later day.',
  },
} as const;
