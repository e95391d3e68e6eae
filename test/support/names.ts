import type { Names } from '../../src/model/desired.ts';

/** Names for tests without a directory: every id is its own name. */
export const NO_NAMES: Names = {
  gatewayGroups: new Map(),
  services: new Map(),
  dcrProviders: new Map(),
  contactPoints: new Map(),
};
