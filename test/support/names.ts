import type { Names } from '../../src/model/desired.ts';

/** Nothing has a name of its own: every id is shown as it is. */
export const NO_NAMES: Names = {
  gatewayGroups: new Map(),
  services: new Map(),
  dcrProviders: new Map(),
  contactPoints: new Map(),
};
