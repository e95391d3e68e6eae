import type { Path } from '../../model/declared.ts';
import type { DesiredFields } from '../../model/desired.ts';
import type { Directory } from '../../model/directory.ts';
import type { LiveProduct } from '../../model/live.ts';
import type { Includes } from './standing.ts';
import type { FieldName, HeldFields, JsonObject, Link, Notification } from '../../model/product.ts';

/** A product of a file beside the live one that it means. */
export interface Declaration {
  /** Where the product stands in its document. */
  readonly path: Path;
  /** As it stands in the file, with variables filled in. */
  readonly written: JsonObject;
  /** The same with the variables themselves. */
  readonly raw: JsonObject;
  /** In the compared form; fields whose names mean nothing any more are left out. */
  readonly fields: DesiredFields;
  /** What an item of a list of the file means; undefined if its names mean nothing any more. */
  readonly link: (index: number) => Link | undefined;
  readonly notification: (index: number) => Notification | undefined;
  readonly includes: Includes;
  readonly live: LiveProduct;
}

/** What updates need to know of the portal. */
export interface Surroundings {
  readonly directory: Directory;
  /** Whether two values of a field, in the compared form, mean the same. */
  readonly same: (name: FieldName, a: HeldFields[FieldName], b: HeldFields[FieldName]) => boolean;
  /** False where the server keeps no labels on external products (contract §5). */
  readonly keepsExternalLabels: boolean;
}
