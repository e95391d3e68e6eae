import type { Declared } from '../model/declared.ts';
import type { Checked } from '../model/diagnostic.ts';
import { hasErrors } from '../model/diagnostic.ts';
import type { OpenapiSource, SourceDocument } from '../model/document.ts';
import type { LintComment } from '../model/lint-comment.ts';
import type { LintRules } from '../model/lint-rules.ts';
import { NO_RULES } from '../model/lint-rules.ts';
import { sortedDiagnostics } from '../model/sorted-diagnostics.ts';
import { checkShape } from './check-shape.ts';
import { declaredProduct } from './declared-product.ts';
import { RULES } from './rules.ts';
import { turnedDown } from './turned-down.ts';
import type { WrittenProduct } from './written-product.ts';
import { portalOf, productList, productsOf } from './written-product.ts';

/**
 * What the documents declare, or everything that is wrong with them as far as files alone can tell (contract §2):
 * first their shape, by the schema, then the rules that no schema can say, then what was found in their OpenAPI documents
 * (check-openapi.ts). Rules bear with documents of a wrong shape, so that one run shows all mistakes.
 */
export async function validate(
  documents: readonly SourceDocument[],
  rules: LintRules = NO_RULES,
): Promise<Checked<Declared>> {
  const shapes = await Promise.all(documents.map(checkShape));
  const checked = shapes.map(({ document }) => document);
  const products = checked.flatMap(productsOf);
  const sources = openapiSources(products);
  const found = [
    ...shapes.flatMap((shape) => shape.diagnostics),
    ...RULES.flatMap((rule) => rule(products, checked)),
    ...sources.flatMap(({ facts }) => facts.diagnostics),
  ];
  const comments = commentsOf([...checked, ...sources]);
  const diagnostics = sortedDiagnostics(turnedDown(found, comments, rules));
  return hasErrors(diagnostics) ? { diagnostics } : { value: declaredBy(checked, products), diagnostics };
}

function declaredBy(documents: readonly SourceDocument[], products: readonly WrittenProduct[]): Declared {
  const portal = documents.flatMap((document) => portalOf(document) ?? [])[0];
  return {
    ...(portal === undefined ? {} : { portal }),
    products: products.map(declaredProduct),
    managesProducts: documents.some((document) => productList(document) !== undefined),
  };
}

/** Each document once, however many external products it is for. */
function openapiSources(products: readonly WrittenProduct[]): readonly OpenapiSource[] {
  const external = products.filter((product) => product.text('type') === 'external');
  return [...new Set(external.flatMap(({ openapi }) => openapi ?? []))];
}

/** Documents of one file have the same comments. */
function commentsOf(
  holders: readonly { readonly comments: readonly LintComment[] }[],
): readonly LintComment[] {
  const all = [...new Set(holders.map(({ comments }) => comments))].flat();
  const identity = ({ location }: LintComment) => `${location.file}:${location.line}`;
  return [...new Map(all.map((one) => [identity(one), one])).values()];
}
