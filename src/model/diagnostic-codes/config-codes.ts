import type { CodeRow } from './code-row.ts';

/** Diagnostics of the config file and of environments. */
export const CONFIG_CODES = {
  'config-elsewhere': {
    severity: 'error',
    about:
      'The working directory has no `adc.config.yaml`, and a directory above it in the same repository has one. ' +
      'A run without it could have other files, another owner and other variables.',
    remedy: 'Run adc in the directory of the config, or name it with `--config`.',
  },
  'bad-environment-name': {
    severity: 'error',
    about:
      'The name of an environment cannot end the name of a variable such as `ADC_SERVER_STAGING`, or two names give the same variable.',
    remedy:
      'Use lowercase letters, digits and dashes. `all`, `file` and names that end in `-file` are reserved.',
  },
  'unknown-environment': {
    severity: 'error',
    about:
      'An exception of a product, or an entry of `allow:`, names an environment that the config does not declare.',
    remedy: 'Correct the name, or declare the environment in `adc.config.yaml`.',
  },
  'environments-share-a-portal': {
    severity: 'error',
    about: 'Two environments are the same portal of the same server, so each sync would undo the other.',
    remedy: 'Give each environment its own portal.',
  },
  'server-mismatch': {
    severity: 'error',
    about:
      'The address of the Admin API is not the `server` that the config declares for the environment. adc sent nothing.',
    remedy: 'Correct the variable or flag that gives the address, or the config.',
  },
  'allowance-elsewhere': {
    severity: 'error',
    about: 'The config has `consents`, and a file outside of it has entries of `allow:`.',
    remedy: 'Move the entries to the file or directory that `consents` names.',
  },
} as const satisfies Readonly<Record<string, CodeRow>>;
