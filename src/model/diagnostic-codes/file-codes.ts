/** Diagnostics of files, before their contents are read: load/. */
export const FILE_CODES = {
  'no-such-file': {
    about: 'A file or directory of `-f` does not exist.',
    remedy: 'Correct the name, or run in the right directory. Without `-f`, adc reads `api-products.yaml`.',
  },
  'no-match': {
    about: 'A directory or glob of `-f` has no product files.',
    remedy:
      'Correct the pattern. Product files end in `.yaml`, `.yml` or `.json`. OpenAPI documents are not product files.',
  },
  'unreadable-file': {
    about:
      'A file exists but cannot be read: it is a directory, a device, a Git LFS pointer or encrypted, or its permissions ' +
      'forbid it.',
    remedy: 'Name a readable file. In a pipeline, make the checkout fetch Git LFS files.',
  },
  'file-too-large': {
    about: 'A file is larger than 20 MiB, or variables add more than that to the product files.',
    remedy: 'Split it: `-f` accepts several files and directories. Use shorter values for variables.',
  },
  'file-outside': {
    about:
      'An included file, or a symlink in a given directory, leads out of the directories of the product files and the ' +
      'working directory, or is hidden. adc never reads such files: they may hold secrets, which would be published. ' +
      'A product file that leads out of the working directory by a symlink, or to a hidden directory such as `.git`, ' +
      'is an error where `CI` is set, and a warning elsewhere.',
    remedy: 'Put a copy of the file below the product file or the directory that names it.',
  },
  'no-such-include': {
    about: 'The file of `openapi_file` or `logo_file` does not exist.',
    remedy: 'Correct the path. It is relative to the directory of the product file.',
  },
  'not-an-image': {
    about: 'The file of `logo_file` is empty, a Git LFS pointer, or not an image of a known type.',
    remedy: 'Name an image. In a pipeline, make the checkout fetch Git LFS files.',
  },
  'empty-file': {
    about: 'A product file is empty. A file with only comments is valid.',
    remedy: 'Write `api_products:` with a list, or `api_products: []` to declare that there are none.',
  },
  'not-a-product-file': {
    about: 'A file of `-f` is an OpenAPI document, not a product file.',
    remedy:
      'Declare an external product with `openapi_file` in a product file, and name that file with `-f`. The hint shows such a file.',
  },
  'not-a-gateway-file': {
    about:
      "A file of `--gateway` is not one of API7's ADC, or is broken. Such files hold keys, so adc shows the place and the key path, and no text of the file.",
    remedy: "Name files of API7's ADC. Its own `lint` shows more about them.",
  },
  'not-utf8': {
    about: 'A file is not valid UTF-8.',
    remedy: 'Save it as UTF-8.',
  },
  'control-character': {
    about: 'A text contains a control character, which can mislead readers on a terminal.',
    remedy: 'Remove it, or write it as an escape in double quotes.',
  },
} as const;

/** Diagnostics of the config file and of environments. */
export const CONFIG_CODES = {
  'config-elsewhere': {
    about:
      'The working directory has no `adc.config.yaml`, and a directory above it in the same repository has one. ' +
      'A run without it could have other files, another owner and other variables.',
    remedy: 'Run adc in the directory of the config, or name it with `--config`.',
  },
  'bad-environment-name': {
    about:
      'The name of an environment cannot end the name of a variable such as `ADC_SERVER_STAGING`, or two names give the same variable.',
    remedy:
      'Use lowercase letters, digits and dashes. `all`, `file` and names that end in `-file` are reserved.',
  },
  'unknown-environment': {
    about:
      'An exception of a product, or an entry of `allow:`, names an environment that the config does not declare.',
    remedy: 'Correct the name, or declare the environment in `adc.config.yaml`.',
  },
  'environments-share-a-portal': {
    about: 'Two environments are the same portal of the same server, so each sync would undo the other.',
    remedy: 'Give each environment its own portal.',
  },
  'server-mismatch': {
    about:
      'The address of the Admin API is not the `server` that the config declares for the environment. adc sent nothing.',
    remedy: 'Correct the variable or flag that gives the address, or the config.',
  },
  'allowance-elsewhere': {
    about: 'The config has `consents`, and a file outside of it has entries of `allow:`.',
    remedy: 'Move the entries to the file or directory that `consents` names.',
  },
} as const;

/** Diagnostics of YAML, JSON and variables: load/. */
export const SYNTAX_CODES = {
  'yaml-syntax': {
    about: 'The file is not valid YAML 1.2 or JSON.',
    remedy: 'Fix the shown line, or the line before it.',
  },
  'yaml-version': {
    about:
      'A `%YAML` line selects another version than 1.2, where some words have another meaning: `no` is false.',
    remedy: 'Remove the `%YAML` line.',
  },
  'duplicate-key': {
    about: 'A mapping has the same key twice. YAML parsers disagree on which one counts.',
    remedy: 'Remove one of them.',
  },
  'key-not-text': {
    about: 'A key is a number, a boolean, empty or a collection.',
    remedy: 'Write it in quotes if it is meant to be text.',
  },
  'unknown-tag': {
    about: 'YAML tags such as `!env` are not supported.',
    remedy: 'Remove the tag. Write variables as `${NAME}`.',
  },
  'yaml-alias': {
    about: 'An alias refers to an anchor that is not defined before it, or that contains it.',
    remedy: 'Define the anchor before its alias, in the same document.',
  },
  'yaml-merge': {
    about: 'The value of the merge key `<<` is not a mapping or a list of mappings.',
    remedy: 'Use an alias of a mapping, such as `<<: *base`.',
  },
  'alias-bomb': {
    about: 'The aliases would expand the document beyond the limit of size or depth.',
    remedy: 'Use fewer nested aliases.',
  },
  'too-deep': {
    about: 'The document is nested too deeply.',
    remedy: 'Reduce the nesting. Often a bracket is missing or an indentation is wrong.',
  },
  'several-documents': {
    about: 'An OpenAPI file has more than one YAML document, and adc can publish only one.',
    remedy: 'Put each document in its own file.',
  },
  'unset-variable': {
    about: 'An environment variable is not set and has no default. An empty string counts as set.',
    remedy: 'Set it, or add a default: `${NAME:-default}`.',
  },
  'unused-variable': {
    severity: 'warning',
    adjustable: true,
    about: 'No product file has a variable that `--var` sets.',
    remedy: 'Correct its name, or remove it.',
  },
  'bad-variable': {
    about: 'A text starts with `${` but is not a valid variable.',
    remedy: 'Write `${NAME}` or `${NAME:-default}`; `\\${` stands for the two literal characters.',
  },
  'secret-variable': {
    about:
      'A variable is named like a secret, such as `GITHUB_TOKEN`, or its value contains the token in use. adc does not fill it into files: the contents of a file can end up on a portal or in a log. [Environment variables](environment.md#secrets) lists the names.',
    remedy:
      'Use a variable of another name, or allow this one with `--allow-secret-variable NAME`. The token in use cannot be allowed.',
  },
} as const;

/** Diagnostics about comments that turn diagnostics off: validate/. */
export const COMMENT_CODES = {
  'unknown-code': {
    severity: 'warning',
    about: 'A comment turns off a code that does not exist.',
    remedy: 'Use the suggested code.',
  },
  'code-not-adjustable': {
    severity: 'warning',
    about: 'A comment turns off a code that protects the portal, so it has no effect.',
    remedy: 'Fix the problem itself, and remove the comment.',
  },
  'bad-lint-comment': {
    severity: 'warning',
    about: 'An adc comment has no code, or starts with an unknown word.',
    remedy: 'Write `# adc-lint-disable-next-line code -- reason`, or `# adc-lint-disable code`.',
  },
  'unused-lint-comment': {
    severity: 'info',
    adjustable: true,
    about: 'A comment turns off a code that no longer occurs there.',
    remedy: 'Remove the comment.',
  },
} as const;
