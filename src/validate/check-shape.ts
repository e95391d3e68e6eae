import { validate as isProductFile } from '../generated/check-product-file.mjs';
import type { SourceDocument } from '../model/document.ts';
import type { Shape } from './wrong-shape.ts';

/**
 * Whether a document has the shape that the schema of product files wants, and what is wrong if it has not. What finds and
 * explains every error takes several times as long to load: it is, where there is one.
 */
export async function checkShape(document: SourceDocument): Promise<Shape> {
  if (isProductFile(document.value)) return { document, diagnostics: [] };
  const { wrongShape } = await import('./wrong-shape.ts');
  return wrongShape(document);
}
