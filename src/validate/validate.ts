import type { Declared } from '../model/declared.ts';
import type { Checked } from '../model/diagnostic.ts';
import { hasErrors } from '../model/diagnostic.ts';
import type { SourceDocument } from '../model/document.ts';
import { sortedDiagnostics } from '../model/sorted-diagnostics.ts';
import { checkShape } from './check-shape.ts';
import { declaredProduct } from './declared-product.ts';
import { RULES } from './rules.ts';
import { portalOf, productList, productsOf } from './written-product.ts';

/**
 * What the documents declare, or everything that is wrong with them as far as files alone can tell (contract §2):
 * first their shape, by the schema, then the rules that no schema can say. Rules bear with documents of a wrong shape,
 * so that one run shows all mistakes.
 */
export function validate(documents: readonly SourceDocument[]): Checked<Declared> {
  const shapes = documents.map(checkShape);
  const checked = shapes.map(({ document }) => document);
  const products = checked.flatMap(productsOf);
  const diagnostics = sortedDiagnostics([
    ...shapes.flatMap((shape) => shape.diagnostics),
    ...RULES.flatMap((rule) => rule(products, checked)),
  ]);
  if (hasErrors(diagnostics)) return { diagnostics };
  const portal = checked.flatMap((document) => portalOf(document) ?? [])[0];
  const value: Declared = {
    ...(portal === undefined ? {} : { portal }),
    products: products.map(declaredProduct),
    managesProducts: checked.some((document) => productList(document) !== undefined),
  };
  return { value, diagnostics };
}
