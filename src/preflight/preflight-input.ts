import type { DesiredProduct, Names } from '../model/desired.ts';
import type { Directory } from '../model/directory.ts';

export interface PreflightInput {
  readonly desired: readonly DesiredProduct[];
  readonly directory: Directory;
  readonly names: Names;
  /** By serviceKey(); undefined where the server does not tell. */
  readonly hasOpenapi: ReadonlyMap<string, boolean | undefined>;
}
