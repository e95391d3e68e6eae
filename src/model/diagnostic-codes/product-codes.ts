import type { CodeRow } from './code-row.ts';

/** Of what product files say: validate/. */
export const PRODUCT_CODES = {
  'unknown-key': {
    severity: 'error',
    about:
      'No such field exists here. Nothing is ignored: a misspelt field would be a field that is left out.',
    remedy: 'Write the nearest known one, which is proposed, or remove it.',
  },
  'field-of-other-type': {
    severity: 'error',
    about:
      'Gateway products and external products have different fields, and this one belongs to the other type.',
    remedy: 'Remove the field, or change the `type`.',
  },
  'missing-key': {
    severity: 'error',
    about: 'A field that must be given is missing.',
    remedy: 'Add it.',
  },
  'conflicting-keys': {
    severity: 'error',
    about: 'Two fields that say the same thing are both given.',
    remedy: 'Keep one of the two.',
  },
  'wrong-type': {
    severity: 'error',
    about: 'A value is of the wrong kind: a number where text is needed, a text where a list is needed.',
    remedy:
      'Text that looks like a number, a boolean or null needs quotes. A list has `- ` before each item.',
  },
  'unknown-value': {
    severity: 'error',
    about: 'The field takes one of a few words, and this is none of them.',
    remedy: 'Write one of the words that are listed.',
  },
  'wrong-length': {
    severity: 'error',
    about: 'A text is empty, or longer than the Admin API allows.',
    remedy: 'Write a text, or shorten it.',
  },
  'bad-format': {
    severity: 'error',
    about: 'A text does not have the form that its field needs, such as an id.',
    remedy: 'Correct it. A name goes into the field without `_id`.',
  },
  'not-a-host': {
    severity: 'error',
    about: 'A linked host is something else than a host name.',
    remedy: 'Write the host alone, perhaps with a leading `*`: no scheme, no port, no path.',
  },
  'bad-label-value': {
    severity: 'error',
    about: 'The value of a label is empty or has several lines.',
    remedy: 'Write a text of one line.',
  },
  'empty-auth': {
    severity: 'error',
    about: 'A gateway product has one way of authentication or more, and `auth` names none.',
    remedy: 'Add `key_auth`, `basic_auth` or `dcr`, or leave `auth` out to keep what the portal has.',
  },
  'duplicate-product': {
    severity: 'error',
    about:
      'Two products have the same name, and not both have an `id:`. A name identifies a product within its portal.',
    remedy: 'Rename one of them, remove it, or pin both to their live products with `id:`.',
  },
  'product-claimed-twice': {
    severity: 'error',
    about:
      'Two declared products are matched with the same live product, by id, by name or by previous name.',
    remedy: 'Remove `id:` or `previous_name:` from the one that is another product.',
  },
  'several-portals': {
    severity: 'error',
    about: 'Files name different portals, and one run works on one portal.',
    remedy: 'Run adc once for each portal, with the files of that portal.',
  },
  'service-linked-twice': {
    severity: 'error',
    about: 'A product links the same gateway service twice.',
    remedy: 'Keep one of the two links, with all the hosts.',
  },
  'service-claimed-twice': {
    severity: 'error',
    about: 'Two declared products link the same gateway service, which belongs to one product at a time.',
    remedy: 'Remove one of the two links.',
  },
  'rename-to-itself': {
    severity: 'error',
    about: '`previous_name` is the name that the product has anyway.',
    remedy: 'Remove it, or write the name that the live product still bears.',
  },
  'name-unprintable': {
    severity: 'error',
    about:
      'The name of a product has a control character, a line end, half of a surrogate pair or U+FFFD. Nobody sees it, and the ' +
      'product is another one than the live product of the name without it.',
    remedy: 'Remove the character. If the live product has such a name, pin it with `id:`.',
  },
  'name-lookalike': {
    severity: 'warning',
    adjustable: true,
    about:
      'A name has blanks at its ends or invisible characters, or it is new and differs from the name of a live product only ' +
      'in Unicode normalization, case, blanks or invisible characters.',
    remedy: 'Write the name as the live product has it, or choose a name that people can tell apart.',
  },
  'publish-without-services': {
    severity: 'error',
    about: 'A gateway product is to be published but links no gateway service.',
    remedy: 'Link a service, or write `status: draft`.',
  },
  'publish-without-servers': {
    severity: 'error',
    about:
      'An external product is to be published, `server_urls` is empty, and its OpenAPI document names no server.',
    remedy: 'Add `server_urls` with the address of the API.',
  },
  'servers-unknown': {
    severity: 'warning',
    adjustable: true,
    about:
      'An external product is to be published whose OpenAPI document names no server, and `server_urls` is left out. ' +
      'Nothing but what the portal may have already says where the API is.',
    remedy: 'Add `server_urls`, or `servers` in the OpenAPI document.',
  },
  'no-contact-points': {
    severity: 'error',
    about: 'A notification has an empty list of contact points: it tells nobody.',
    remedy: 'Name a contact point, or remove the notification.',
  },
  'openapi-left-out': {
    severity: 'info',
    adjustable: true,
    about:
      'The server did not give back the OpenAPI document of an external product when it was dumped, or lint would have ' +
      'refused it. Until the document is added, it is not compared, and the product can not be created elsewhere.',
    remedy: 'Add the document with `openapi_file`, and remove the comment that the dump left.',
  },
  'status-left-out': {
    severity: 'info',
    adjustable: true,
    about:
      'A product declares `auth` but no `status`. A later change of `auth` on a published product is refused without ' +
      '`status: published` in the file.',
    remedy: 'Write the `status` that the product shall have.',
  },
  'not-a-url': {
    severity: 'warning',
    adjustable: true,
    about: 'A server address is neither a URL nor a path, so that a reader can not call it.',
    remedy: 'Begin it with `https://`.',
  },
  'large-logo': {
    severity: 'warning',
    adjustable: true,
    about: 'A logo is larger than 1 MiB; servers may refuse it.',
    remedy: 'Use a smaller image.',
  },
  'owner-mismatch': {
    severity: 'error',
    about:
      'A file declares another owner than `--owner` or `ADC_OWNER`, or two documents of one file declare different owners.',
    remedy: 'Run adc with the owner of the file, or keep one owner a file.',
  },
  'allowance-empty': {
    severity: 'error',
    about: 'An entry of `allow:` allows nothing.',
    remedy: 'Add a consent such as `subscription_loss`, `delete` or `take_over_from`, or remove the entry.',
  },
  'allowance-until': {
    severity: 'error',
    about: 'The last day of an entry is not a day of the calendar, or lies more than 31 days ahead.',
    remedy: 'Write a day such as `2026-12-07`, at most 31 days ahead.',
  },
  'allowance-expired': {
    severity: 'warning',
    staysWarning: true,
    about: 'The last day of an entry of `allow:` is past, so the entry allows nothing.',
    remedy: 'Remove the entry, or write a later day.',
  },
  'allowance-conflict': {
    severity: 'error',
    about:
      'Two entries of `allow:` are for the same product, or one entry allows things that exclude each other.',
    remedy: 'Keep one entry a product. Delete, release and take-over exclude each other.',
  },
  'hold-expired': {
    severity: 'error',
    about:
      'The last day of a hold is past. adc does not decide by itself whether the product may change again.',
    remedy: 'Remove `hold:` to apply the file again, or write a later day.',
  },
} as const satisfies Readonly<Record<string, CodeRow>>;
