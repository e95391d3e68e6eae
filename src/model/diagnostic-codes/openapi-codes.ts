/**
 * Diagnostics of OpenAPI documents: validate/openapi/. Errors break the page on the portal, warnings only the rules
 * of OpenAPI.
 */
export const OPENAPI_CODES = {
  'not-openapi': {
    about: 'A document is not an OpenAPI document of version 2.0, 3.0, 3.1 or 3.2, or sops encrypted it.',
    remedy: 'Name an OpenAPI document, decrypted, and write its version in quotes: `openapi: "3.1.0"`.',
  },
  'incomplete-openapi': {
    about:
      'An OpenAPI document lacks a part that its page needs: `info` with title and version, an operation, or the name and ' +
      'place of a parameter.',
    remedy: 'Add the part.',
  },
  'openapi-wrong-type': {
    adjustable: true,
    about: 'A part of an OpenAPI document that must be a mapping or a list is something else.',
    remedy: 'Correct the indentation, or write the expected type.',
  },
  'openapi-unknown-ref': {
    adjustable: true,
    about:
      'A `$ref` has no target in its document, or refers back to itself: that part of the page stays empty.',
    remedy: 'Correct the reference, or add what it refers to.',
  },
  'openapi-outside-ref': {
    adjustable: true,
    about:
      'A `$ref` refers to another file. The portal gets only this document, so the reference is broken there.',
    remedy: 'Bundle the document into one file, and name that file.',
  },
  'openapi-remote-ref': {
    severity: 'warning',
    adjustable: true,
    about:
      'A `$ref` refers to a URL, which adc does not upload. Whether readers see it depends on that server and the portal.',
    remedy: 'Copy what it refers to into the document.',
  },
  'openapi-unknown-key': {
    severity: 'warning',
    adjustable: true,
    about: 'A field does not exist in this version of OpenAPI at this place; portals leave it out.',
    remedy: 'Use the suggested field, move it, or start it with `x-`.',
  },
  'openapi-missing-key': {
    severity: 'warning',
    adjustable: true,
    about: 'A field that OpenAPI requires is missing.',
    remedy: 'Add it.',
  },
  'openapi-conflicting-keys': {
    severity: 'warning',
    adjustable: true,
    about: 'Two fields exclude each other, such as `example` and `examples`.',
    remedy: 'Remove one of them.',
  },
  'openapi-wrong-value': {
    severity: 'warning',
    adjustable: true,
    about: 'OpenAPI does not allow this value here.',
    remedy: 'Write the value that the message names.',
  },
  'openapi-duplicate-operation': {
    severity: 'warning',
    adjustable: true,
    about: 'Two operations have the same `operationId`, so a link to one may open the other.',
    remedy: 'Give each operation its own id.',
  },
  'openapi-path-parameter': {
    severity: 'warning',
    adjustable: true,
    about:
      'A path has a parameter that its operation does not declare, or an operation declares one that its path lacks.',
    remedy: 'Declare each `{name}` of the path with `in: path` and `required: true`, and no others.',
  },
  'openapi-unknown-security': {
    severity: 'warning',
    adjustable: true,
    about:
      'A security requirement names a scheme that the document does not define, so readers cannot see how to authenticate.',
    remedy:
      'Correct the name, or define the scheme in `components.securitySchemes` (`securityDefinitions` in 2.0).',
  },
  'openapi-too-new': {
    severity: 'warning',
    adjustable: true,
    about: 'The OpenAPI document is of version 3.2, which portals may not be able to show.',
    remedy: 'Write it as OpenAPI 3.1.',
  },
  'openapi-more': {
    severity: 'info',
    adjustable: true,
    about: 'An OpenAPI document has more findings than are shown at once.',
    remedy: 'Correct the ones that are shown, then run `adc lint` again.',
  },
} as const;
