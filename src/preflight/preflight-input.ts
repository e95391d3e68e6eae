import type { ServiceHolder } from '../model/admin.ts';
import type { DesiredProduct, Names } from '../model/desired.ts';
import type { Directory } from '../model/directory.ts';

export interface PreflightInput {
  readonly desired: readonly DesiredProduct[];
  readonly directory: Directory;
  readonly names: Names;
  /** By serviceKey(); undefined where the server does not tell. */
  readonly hasOpenapi: ReadonlyMap<string, boolean | undefined>;
  /** Products of other portals that link a service which is newly linked. */
  readonly holders: readonly ServiceHolder[];
  /** What the plan does to the links of products that it changes. */
  readonly effects: ReadonlyMap<DesiredProduct, LinkEffect>;
}

/** Services by serviceKey(). */
export interface LinkEffect {
  readonly added: ReadonlySet<string>;
  /** Those that are added, and those whose hosts change. */
  readonly changed: ReadonlySet<string>;
  readonly publishes: boolean;
}
