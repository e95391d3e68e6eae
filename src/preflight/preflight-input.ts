import type { ServiceHolder } from '../model/admin.ts';
import type { DesiredProduct, Names } from '../model/desired.ts';
import type { Directory } from '../model/directory.ts';

export interface PreflightInput {
  readonly desired: readonly DesiredProduct[];
  readonly directory: Directory;
  readonly names: Names;
  /** By serviceKey(); undefined if the server does not report it. */
  readonly hasOpenapi: ReadonlyMap<string, boolean | undefined>;
  /** Products of other portals that link a newly linked service. */
  readonly holders: readonly ServiceHolder[];
  /** The effect of the plan on the links of changed products. */
  readonly effects: ReadonlyMap<DesiredProduct, LinkEffect>;
}

/** Services by serviceKey(). */
export interface LinkEffect {
  readonly added: ReadonlySet<string>;
  /** Added services, and services whose hosts change. */
  readonly changed: ReadonlySet<string>;
  readonly publishes: boolean;
}
