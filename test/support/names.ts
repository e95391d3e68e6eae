import type { Names } from '../../src/model/desired.ts';

/** Empty names: reports show ids instead. */
export const NO_NAMES: Names = {
  gatewayGroups: new Map(),
  services: new Map(),
  dcrProviders: new Map(),
  contactPoints: new Map(),
};
