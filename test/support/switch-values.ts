import { parseSwitch, SWITCH_TABLE, type Switches } from '../../src/emulator/switches.ts';

/** Sample values of switches that accept any text or number. */
const SAMPLES: Readonly<Record<string, readonly string[]>> = {
  maxPageSize: ['1', '3'],
  warningMsg: ['mind the gap'],
  version: ['3.8.18', 'dev'],
};

/** Servers that no client supports: adc must report that (docs/design/contract.md §9, docs/design/admin-api.md §15.33). */
const UNSUPPORTED: ReadonlySet<string> = new Set(['paging=endless', 'portals=off']);

/** All values of all switches that a client must support, except the defaults, each as `name=value`. */
export const SWITCH_VALUES: readonly string[] = Object.entries(SWITCH_TABLE).flatMap(([name, row]) => {
  const values = SAMPLES[name] ?? row.allowed.split(' | ');
  const settings = values
    .filter((value) => value !== String(row.fallback))
    .map((value) => `${name}=${value}`);
  return settings.filter((setting) => !UNSUPPORTED.has(setting));
});

export const switchesOf = (setting: string): Partial<Switches> =>
  setting === '' ? {} : parseSwitch(setting);
