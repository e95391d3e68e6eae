import { groupBy } from '../lib/group-by.ts';
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
import type { CheckedDocument } from './written-product.ts';
import { checkOpenapi, type CheckedOpenapi } from './openapi/check-openapi.ts';
import { portalOf, productList, productsOf } from './written-product.ts';

/**
 * What the documents declare, or everything that is wrong with them as far as files alone can tell
 * (docs/design/contract.md §2): first their shape, by the schema, then their OpenAPI documents (check-openapi.ts), then the
 * rules that no schema can say. Rules bear with documents of a wrong shape, so that one run shows all mistakes.
 */
export async function validate(
  documents: readonly SourceDocument[],
  rules: FileRules,
): Promise<Checked<Declared>> {
  const shapes = await Promise.all(documents.map((document) => checkShape(document)));
  const openapi = await checkedSources(documents);
  const checked = shapes.map(({ document }) => withChecked(document, openapi));
  const groups = rules.anyPortal === true ? byPortal(checked) : [checked];
  const products = checked.flatMap(productsOf);
  const external = products.filter((product) => product.text('type') === 'external');
  const described = [...new Set(external.flatMap((product) => product.openapi ?? []))];
  const found = [
    ...shapes.flatMap((shape) => shape.diagnostics),
    ...groups.flatMap((group) => RULES.flatMap((rule) => rule(group.flatMap(productsOf), group, rules))),
    ...described.flatMap(({ findings }) => findings),
  ];
  const comments = commentsOf([...checked, ...described]);
  const syntax = [...openapi.values()].flatMap((one) => one.syntax);
  const diagnostics = [...syntax, ...turnedDown(found, comments, rules)];
  return hasErrors(diagnostics) ? { diagnostics } : { value: declaredBy(checked, rules), diagnostics };
}

/** The documents of each portal. Those that name none are for the only one there is, else for one of their own. */
function byPortal(documents: readonly CheckedDocument[]): readonly (readonly CheckedDocument[])[] {
  const portals = new Set(documents.flatMap((document) => portalOf(document)?.name ?? []));
  return portals.size < 2 ? [documents] : [...groupBy(documents, (one) => portalOf(one)?.name).values()];
}

/** Each OpenAPI document once, however many products it is for, and one after the other: one at a time is in memory. */
async function checkedSources(
  documents: readonly SourceDocument[],
): Promise<ReadonlyMap<OpenapiSource, CheckedOpenapi>> {
  const checked = new Map<OpenapiSource, CheckedOpenapi>();
  for (const source of documents.flatMap(({ openapi }) => [...openapi.values()])) {
    if (!checked.has(source)) checked.set(source, await checkOpenapi(source));
  }
  return checked;
}

function withChecked(
  document: SourceDocument,
  checked: ReadonlyMap<OpenapiSource, CheckedOpenapi>,
): CheckedDocument {
  const sources = [...document.openapi].map(([index, source]) => [index, checked.get(source)] as const);
  return { ...document, openapi: new Map(sources.flatMap(([index, one]) => (one ? [[index, one]] : []))) };
}

function declaredBy(documents: readonly CheckedDocument[], rules: FileRules): Declared {
  const portal = documents.flatMap((document) => portalOf(document) ?? [])[0];
  const ownerOf = fileOwners(documents, rules.owner ?? rules.defaultOwner);
  const managing = documents.filter((document) => productList(document) !== undefined);
  return {
    ...(portal === undefined ? {} : { portal }),
    products: documents.flatMap((document) =>
      productsOf(document).map((product) => declaredProduct(product, ownerOf(document))),
    ),
    owners: [...new Set((managing.length > 0 ? managing : documents).map(ownerOf))],
    allowances: allowances(documents, rules),
    managesProducts: managing.length > 0,
  };
}

/** Documents of one file have the same comments. */
function commentsOf(
  holders: readonly { readonly comments: readonly LintComment[] }[],
): readonly LintComment[] {
  const all = [...new Set(holders.map(({ comments }) => comments))].flat();
  const identity = ({ location }: LintComment) => `${location.file}:${location.line}`;
  return [...new Map(all.map((one) => [identity(one), one])).values()];
}
