import type { CodeRow } from './code-row.ts';

/** Of files, before anything in them is read: load/. */
export const FILE_CODES = {
  'no-such-file': {
    severity: 'error',
    about: 'A file or folder that `-f` names does not exist.',
    remedy: 'Correct the name, or run in the right folder. Without `-f`, `api-products.yaml` is read.',
  },
  'no-match': {
    severity: 'error',
    about: 'A folder or glob that `-f` names has no product file in it.',
    remedy:
      'Correct the pattern. Product files end in `.yaml`, `.yml` or `.json`; OpenAPI documents do not count.',
  },
  'unreadable-file': {
    severity: 'error',
    about: 'A file is there but can not be read: it is a folder or a device, or its permissions forbid it.',
    remedy: 'Name a file that you may read.',
  },
  'file-too-large': {
    severity: 'error',
    about: 'A file is larger than 20 MiB, or variables add more than that to the product files.',
    remedy: 'Split it: `-f` takes several files and folders. Use shorter values for variables.',
  },
  'file-outside': {
    severity: 'error',
    about:
      'An included file, or a link in a folder that was given, leads out of the folders of the product files and the ' +
      'working directory, or is hidden. Such files are never read: they may hold secrets, and would be published. ' +
      'A product file or folder that leads out of the working directory by a link, or into a hidden folder such as `.git`, ' +
      'is refused where `CI` is set; elsewhere it is a warning.',
    remedy: 'Put the file itself below the product file or the folder that names it.',
  },
  'no-such-include': {
    severity: 'error',
    about: 'A file that `openapi_file` or `logo_file` names does not exist.',
    remedy: 'Correct the path. It starts at the folder of the product file that it stands in.',
  },
  'not-an-image': {
    severity: 'error',
    about: 'The file that `logo_file` names is empty, a Git LFS pointer, or no image of a known type.',
    remedy: 'Name an image. In a pipeline, let the checkout fetch files of Git LFS.',
  },
  'empty-file': {
    severity: 'error',
    about: 'A product file says nothing at all. One that has only comments is fine.',
    remedy: 'Write `api_products:` with a list, or `api_products: []` if there shall be no products.',
  },
  'not-a-product-file': {
    severity: 'error',
    about: 'A file that `-f` names is an OpenAPI document.',
    remedy:
      'Declare an external product with `openapi_file` in a product file, and name that file with `-f`. The hint is such a file.',
  },
  'not-utf8': {
    severity: 'error',
    about: 'A file holds bytes that are not UTF-8.',
    remedy: 'Save it as UTF-8.',
  },
  'control-character': {
    severity: 'error',
    about: 'A text holds a control character, which could deceive whoever reads it on a terminal.',
    remedy: 'Remove it, or write it as an escape in double quotes.',
  },
} as const satisfies Readonly<Record<string, CodeRow>>;
