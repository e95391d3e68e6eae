import type { Diagnostic, Severity } from './diagnostic.ts';

interface CodeRow {
  readonly severity: Severity;
  /** What the code stands for and what to do, for people who look it up. */
  readonly about: string;
}

/** Every mistake that the program can name: the only place where a code, its severity and its story are written. */
export const DIAGNOSTIC_CODES = {
  // against the portal: resolve/, diff/, plan/
  'unknown-name': {
    severity: 'error',
    about:
      'A gateway group, service, DCR provider or contact point of that name does not exist. Names match exactly.',
  },
  'ambiguous-name': {
    severity: 'error',
    about: 'Several live things bear that name. The field ending in `_id` takes an id instead and decides.',
  },
  'unknown-id': { severity: 'error', about: 'Nothing on the control plane has that id.' },
  'names-unsupported': {
    severity: 'error',
    about: 'The server has no list in which the name could be looked up. Give ids instead.',
  },
  'ambiguous-product': {
    severity: 'error',
    about: 'Several live products bear the name. adc never guesses: `id:` pins the product to one of them.',
  },
  'pinned-product-missing': {
    severity: 'error',
    about: 'No live product of the portal has the id that `id:` names. Remove `id:` to match by name.',
  },
  'product-claimed-twice': {
    severity: 'error',
    about:
      'Two declared products are matched with the same live product, by id, by name or by previous name.',
  },
  'rename-target-exists': {
    severity: 'error',
    about:
      'Both the name and the previous name are live products. Remove `previous_name:`, or delete one of them.',
  },
  'previous-name-declared': {
    severity: 'error',
    about:
      'The previous name of one product is the name of another declared one, so the live product could be either.',
  },
  'pinned-type-change': {
    severity: 'error',
    about:
      'A type can not change in place, and a replacement has a new id, so a pinned product keeps its type.',
  },
  'product-out-of-selector': {
    severity: 'error',
    about:
      'A live product of that name exists, but does not bear the labels of --label-selector, so it is left alone.',
  },
  'service-held': {
    severity: 'error',
    about: 'A service belongs to one product at a time, and its live holder is not told to let go of it.',
  },
  'service-claimed-twice': {
    severity: 'error',
    about: 'Two declared products link the same gateway service.',
  },
  'missing-for-create': {
    severity: 'error',
    about: 'The product does not exist yet, and can not be created without this field.',
  },
  'publish-without-services': {
    severity: 'error',
    about: 'A gateway product can be published only if it links at least one gateway service.',
  },
  'service-without-openapi': {
    severity: 'warning',
    about: 'Developers read the OpenAPI documents of the linked services; a service should have one.',
  },
  'service-with-auth-plugin': {
    severity: 'warning',
    about: 'A linked service that has an auth plugin of its own asks callers for a second credential.',
  },
  'host-not-of-service': {
    severity: 'warning',
    about: 'A linked host should be one of the hosts of its gateway service.',
  },
  'template-linked-twice': {
    severity: 'error',
    about: 'Services of one template from different gateway groups can not be in the same product.',
  },
  'contact-point-type': {
    severity: 'warning',
    about: 'A notification should go to contact points of its own type, email or webhook.',
  },
  'portal-mismatch': {
    severity: 'error',
    about: 'A file names one portal while --portal or ADC_PORTAL names another. Nothing is guessed.',
  },
  'no-portal': { severity: 'error', about: 'Neither a file nor --portal nor ADC_PORTAL names a portal.' },
  // of files and their syntax: load/
  'no-such-file': { severity: 'error', about: 'A file or folder that -f names does not exist.' },
  'no-match': { severity: 'error', about: 'A folder or glob that -f names has no product file in it.' },
  'unreadable-file': {
    severity: 'error',
    about: 'A file is there but can not be read: it is a folder or a device, or its permissions forbid it.',
  },
  'file-too-large': { severity: 'error', about: 'A file is larger than 20 MiB. Split it.' },
  'file-outside': {
    severity: 'error',
    about:
      'An included file, or a link in a folder that was given, leads out of the folders of the product files and the ' +
      'working directory, or is hidden. Such files are never read.',
  },
  'no-such-include': {
    severity: 'error',
    about:
      'A file that `openapi_file` or `logo_file` names does not exist. Paths start at the folder of their file.',
  },
  'empty-file': {
    severity: 'error',
    about: 'A product file says nothing. `api_products: []` says that there shall be no products.',
  },
  'not-a-product-file': {
    severity: 'error',
    about: 'A file that -f names is an OpenAPI document. Name it with `openapi_file` in an external product.',
  },
  'not-utf8': { severity: 'error', about: 'A file holds bytes that are not UTF-8. Save it as UTF-8.' },
  'control-character': {
    severity: 'error',
    about: 'A text holds a control character. Remove it, or write it as an escape in double quotes.',
  },
  'yaml-syntax': { severity: 'error', about: 'The text is not well-formed YAML 1.2 or JSON.' },
  'yaml-version': {
    severity: 'error',
    about: 'A %YAML line asks for another version than 1.2, in which the same words mean something else.',
  },
  'duplicate-key': { severity: 'error', about: 'A key is given twice in one mapping. Keep one of the two.' },
  'key-not-text': {
    severity: 'error',
    about: 'A key is a number, a boolean, empty or a collection. Quote it.',
  },
  'unknown-tag': {
    severity: 'error',
    about: 'A YAML tag such as `!env` means nothing in these files. Remove it.',
  },
  'yaml-alias': {
    severity: 'error',
    about: 'An alias names an anchor that does not stand before it, or holds itself.',
  },
  'yaml-merge': {
    severity: 'error',
    about: 'The merge key `<<` has something else than a mapping or a list of those.',
  },
  'alias-bomb': {
    severity: 'error',
    about: 'Aliases, written out, would make the document larger or deeper than any real one is.',
  },
  'too-deep': { severity: 'error', about: 'The document is nested deeper than any real one is.' },
  'several-documents': { severity: 'error', about: 'An OpenAPI file holds more than one YAML document.' },
  'unset-variable': {
    severity: 'error',
    about:
      'An environment variable is not set and has no default. `${NAME:-default}` gives it one; empty is a value.',
  },
  'bad-variable': {
    severity: 'error',
    about:
      'Something begins as a variable does but is none. `\\${` stands for the two characters themselves.',
  },
  'secret-variable': {
    severity: 'error',
    about: 'ADC_TOKEN is never filled into files: what stands in a file can end up on a portal or in a log.',
  },
  // of what files say: validate/
  'unknown-key': {
    severity: 'error',
    about: 'No such field exists here. The nearest known one is proposed.',
  },
  'field-of-other-type': {
    severity: 'error',
    about:
      'Gateway products and external products have different fields. This one belongs to the other type.',
  },
  'missing-key': { severity: 'error', about: 'A field that must be given is missing.' },
  'conflicting-keys': {
    severity: 'error',
    about: 'Two fields that say the same thing are both given. Keep one.',
  },
  'wrong-type': {
    severity: 'error',
    about:
      'A value is of the wrong kind: a number where text is needed, a text where a list is needed. Text that looks ' +
      'like a number, a boolean or null needs quotes.',
  },
  'unknown-value': {
    severity: 'error',
    about: 'The field takes one of a few words, and this is none of them.',
  },
  'wrong-length': { severity: 'error', about: 'A text is empty, or longer than the Admin API allows.' },
  'bad-format': {
    severity: 'error',
    about: 'A text does not have the form that its field needs, such as an id.',
  },
  'not-a-host': {
    severity: 'error',
    about: 'A linked host is a host name, perhaps with a leading `*`: no scheme, no port, no path.',
  },
  'bad-label-value': {
    severity: 'error',
    about: 'The value of a label is a text of one line that is not empty.',
  },
  'empty-auth': { severity: 'error', about: 'A gateway product has one way of authentication or more.' },
  'duplicate-product': {
    severity: 'error',
    about: 'Two products bear one name. A name is the identity of a product within its portal.',
  },
  'several-portals': {
    severity: 'error',
    about: 'Files name different portals. One run works on one portal.',
  },
  'service-linked-twice': { severity: 'error', about: 'A product links the same gateway service twice.' },
  'rename-to-itself': {
    severity: 'error',
    about: '`previous_name` is the name that the product has anyway.',
  },
  'publish-without-servers': {
    severity: 'error',
    about:
      'An external product is to be published, but neither `server_urls` nor its OpenAPI document names a server.',
  },
  'servers-unknown': {
    severity: 'warning',
    about:
      'An external product is to be published whose OpenAPI document names no server, and `server_urls` is left out. ' +
      'Nothing but what the portal may have already says where the API is.',
  },
  'no-contact-points': {
    severity: 'error',
    about: 'A notification has an empty list of contact points: it tells nobody.',
  },
  'status-left-out': {
    severity: 'info',
    about:
      'A product declares `auth` but no `status`. A later change of `auth` needs `status: published` in the file.',
  },
  'not-a-url': { severity: 'warning', about: 'A server address is neither a URL nor a path.' },
  'large-logo': { severity: 'warning', about: 'A logo is larger than 1 MiB; servers may refuse it.' },
  'not-openapi': {
    severity: 'error',
    about: 'A document is not an OpenAPI document of version 2.0, 3.0 or 3.1.',
  },
  'openapi-too-new': {
    severity: 'warning',
    about: 'The OpenAPI document is of version 3.2, which portals may not be able to show.',
  },
  'incomplete-openapi': {
    severity: 'error',
    about: 'An OpenAPI document lacks a part that every such document has.',
  },
} as const satisfies Readonly<Record<string, CodeRow>>;

export type DiagnosticCode = keyof typeof DIAGNOSTIC_CODES;

/** A diagnostic with the severity that its code has. */
export function diagnostic(
  code: DiagnosticCode,
  parts: Omit<Diagnostic, 'code' | 'severity'>,
): Diagnostic & { readonly code: DiagnosticCode } {
  return { code, severity: DIAGNOSTIC_CODES[code].severity, ...parts };
}
