import type { CodeRow } from './code-row.ts';

/** Diagnostics of files, before their contents are read: load/. */
export const FILE_CODES = {
  'no-such-file': {
    severity: 'error',
    about: 'A file or directory of `-f` does not exist.',
    remedy: 'Correct the name, or run in the right directory. Without `-f`, adc reads `api-products.yaml`.',
  },
  'no-match': {
    severity: 'error',
    about: 'A directory or glob of `-f` has no product files.',
    remedy:
      'Correct the pattern. Product files end in `.yaml`, `.yml` or `.json`. OpenAPI documents are not product files.',
  },
  'unreadable-file': {
    severity: 'error',
    about: 'A file exists but cannot be read: it is a directory or a device, or its permissions forbid it.',
    remedy: 'Name a readable file.',
  },
  'file-too-large': {
    severity: 'error',
    about: 'A file is larger than 20 MiB, or variables add more than that to the product files.',
    remedy: 'Split it: `-f` accepts several files and directories. Use shorter values for variables.',
  },
  'file-outside': {
    severity: 'error',
    about:
      'An included file, or a symlink in a given directory, leads out of the directories of the product files and the ' +
      'working directory, or is hidden. adc never reads such files: they may hold secrets, which would be published. ' +
      'A product file that leads out of the working directory by a symlink, or to a hidden directory such as `.git`, ' +
      'is an error where `CI` is set, and a warning elsewhere.',
    remedy: 'Put a copy of the file below the product file or the directory that names it.',
  },
  'no-such-include': {
    severity: 'error',
    about: 'The file of `openapi_file` or `logo_file` does not exist.',
    remedy: 'Correct the path. It is relative to the directory of the product file.',
  },
  'not-an-image': {
    severity: 'error',
    about: 'The file of `logo_file` is empty, a Git LFS pointer, or not an image of a known type.',
    remedy: 'Name an image. In a pipeline, make the checkout fetch Git LFS files.',
  },
  'empty-file': {
    severity: 'error',
    about: 'A product file is empty. A file with only comments is valid.',
    remedy: 'Write `api_products:` with a list, or `api_products: []` to declare that there are none.',
  },
  'not-a-product-file': {
    severity: 'error',
    about: 'A file of `-f` is an OpenAPI document, not a product file.',
    remedy:
      'Declare an external product with `openapi_file` in a product file, and name that file with `-f`. The hint shows such a file.',
  },
  'not-a-gateway-file': {
    severity: 'error',
    about:
      "A file of `--gateway` is not one of API7's ADC, or is broken. Such files hold keys, so adc shows the place and the key path, and no text of the file.",
    remedy: "Name files of API7's ADC. Its own `lint` shows more about them.",
  },
  'not-utf8': {
    severity: 'error',
    about: 'A file is not valid UTF-8.',
    remedy: 'Save it as UTF-8.',
  },
  'control-character': {
    severity: 'error',
    about: 'A text contains a control character, which can mislead readers on a terminal.',
    remedy: 'Remove it, or write it as an escape in double quotes.',
  },
} as const satisfies Readonly<Record<string, CodeRow>>;
