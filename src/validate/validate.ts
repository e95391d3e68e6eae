import type { Declared } from '../model/declared.ts';
import type { Checked } from '../model/diagnostic.ts';
import { hasErrors } from '../model/diagnostic.ts';
import type { OpenapiSource, SourceDocument } from '../model/document.ts';
import type { LintComment } from '../model/lint-comment.ts';
import type { FileRules } from '../model/lint-rules.ts';
import { checkShape } from './check-shape.ts';
import { declaredProduct } from './declared-product.ts';
import { RULES } from './rules.ts';
import { allowances } from './rules/consent.ts';
import { fileOwners } from './rules/owners.ts';
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
  rules: FileRules,
): Promise<Checked<Declared>> {
  const shapes = await Promise.all(documents.map(checkShape));
  const checked = shapes.map(({ document }) => document);
  const products = checked.flatMap(productsOf);
  const sources = openapiSources(products);
  const found = [
    ...shapes.flatMap((shape) => shape.diagnostics),
    ...RULES.flatMap((rule) => rule(products, checked, rules)),
    ...sources.flatMap(({ facts }) => facts.diagnostics),
  ];
  const comments = commentsOf([...checked, ...sources]);
  const diagnostics = turnedDown(found, comments, rules);
  return hasErrors(diagnostics) ? { diagnostics } : { value: declaredBy(checked, rules), diagnostics };
}

function declaredBy(documents: readonly SourceDocument[], { owner, today }: FileRules): Declared {
  const portal = documents.flatMap((document) => portalOf(document) ?? [])[0];
  const ownerOf = fileOwners(documents, owner);
  const managing = documents.filter((document) => productList(document) !== undefined);
  return {
    ...(portal === undefined ? {} : { portal }),
    products: documents.flatMap((document) =>
      productsOf(document).map((product) => declaredProduct(product, ownerOf(document))),
    ),
    owners: [...new Set((managing.length > 0 ? managing : documents).map(ownerOf))],
    allowances: allowances(documents, today),
    managesProducts: managing.length > 0,
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
