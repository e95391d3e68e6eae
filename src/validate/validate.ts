import { groupBy } from '../lib/lists.ts';
import { nearest } from '../lib/nearest.ts';
import type { Declared } from '../model/declared.ts';
import {
  type Checked,
  type Diagnostic,
  asError,
  diagnostic,
  DIAGNOSTIC_CODES,
  hasErrors,
  isAdjustable,
  isCode,
} from '../model/diagnostic.ts';
import type {
  FileRules,
  LintComment,
  LintCommentCode,
  LintRules,
  OpenapiSource,
  SourceDocument,
} from '../model/document.ts';
import { type CheckedOpenapi, checkOpenapi } from './openapi/check-openapi.ts';
import { allowanceRules, allowances, expiredHolds } from './rules/consent.ts';
import {
  duplicatePins,
  duplicateProducts,
  fileOwners,
  ownerMismatch,
  renamesToItself,
  severalPortals,
  suspiciousNames,
  suspiciousReferences,
} from './rules/identity.ts';
import {
  conflictingKeys,
  emptyNotifications,
  invalidServerUrls,
  largeLogos,
  linkedTwice,
  missingStatus,
  publishedWithoutServers,
  publishedWithoutServices,
} from './rules/product-fields.ts';
import {
  type CheckedDocument,
  type WrittenProduct,
  checkShape,
  declaredProduct,
  portalOf,
  productList,
  productsOf,
} from './written-document.ts';

/**
 * The declarations of the documents, or all errors of the files (docs/design/contract.md §2): errors of the schema, of
 * OpenAPI documents (check-openapi.ts), and of rules that no schema can express. The rules accept documents of any
 * shape, so that one run shows all errors.
 */
export async function validate(
  documents: readonly SourceDocument[],
  rules: FileRules,
): Promise<Checked<Declared>> {
  const shapes = await Promise.all(documents.map((document) => checkShape(document)));
  const openapi = await checkedSources(documents);
  const checked = shapes.map(({ document }) => checkedDocument(document, openapi));
  const groups = rules.anyPortal === true ? byPortal(checked) : [checked];
  const external = checked.flatMap(productsOf).filter((product) => product.text('type') === 'external');
  const described = [...new Set(external.flatMap((product) => product.openapi ?? []))];
  const found = [
    ...shapes.flatMap((shape) => shape.diagnostics),
    ...groups.flatMap((group) => ruleFindings(group, rules)),
    ...described.flatMap(({ findings }) => findings),
  ];
  const comments = commentsOf([...checked, ...described]);
  const syntax = [...openapi.values()].flatMap((one) => one.syntax);
  const diagnostics = [...syntax, ...applyLintComments(found, comments, rules)];
  return hasErrors(diagnostics) ? { diagnostics } : { value: declaredBy(checked, rules), diagnostics };
}

function ruleFindings(documents: readonly CheckedDocument[], rules: FileRules): readonly Diagnostic[] {
  const products = documents.flatMap(productsOf);
  return RULES.flatMap((rule) => rule(products, documents, rules));
}

/** The documents of each portal. Documents without a portal form a group if there are several portals. */
function byPortal(documents: readonly CheckedDocument[]): readonly (readonly CheckedDocument[])[] {
  const portals = new Set(documents.flatMap((document) => portalOf(document)?.name ?? []));
  return portals.size < 2 ? [documents] : [...groupBy(documents, (one) => portalOf(one)?.name).values()];
}

/**
 * Checks the OpenAPI documents: each once, even if several products include it, and one after the other, so that only
 * one is in memory.
 */
async function checkedSources(
  documents: readonly SourceDocument[],
): Promise<ReadonlyMap<OpenapiSource, CheckedOpenapi>> {
  const checked = new Map<OpenapiSource, CheckedOpenapi>();
  for (const source of documents.flatMap(({ openapi }) => [...openapi.values()])) {
    if (!checked.has(source)) checked.set(source, await checkOpenapi(source));
  }
  return checked;
}

const NO_OPENAPI: CheckedDocument['openapi'] = new Map();

function checkedDocument(
  document: SourceDocument,
  checked: ReadonlyMap<OpenapiSource, CheckedOpenapi>,
): CheckedDocument {
  if (document.openapi.size === 0) return { ...document, openapi: NO_OPENAPI };
  const sources = [...document.openapi].map(([index, source]) => [index, checked.get(source)] as const);
  return { ...document, openapi: new Map(sources.flatMap(([index, one]) => (one ? [[index, one]] : []))) };
}

function declaredBy(documents: readonly CheckedDocument[], rules: FileRules): Declared {
  const portal = documents.flatMap((document) => portalOf(document) ?? [])[0];
  const given = rules.owner ?? rules.defaultOwner;
  const ownerOf = fileOwners(documents, given);
  const managing = documents.filter((document) => productList(document) !== undefined);
  return {
    ...(portal === undefined ? {} : { portal }),
    products: documents.flatMap((document) =>
      productsOf(document).map((product) => declaredProduct(product, ownerOf(document))),
    ),
    // A file with only comments has no document, and the owner of the run counts.
    owners:
      documents.length === 0
        ? [given]
        : [...new Set((managing.length > 0 ? managing : documents).map(ownerOf))],
    allowances: allowances(documents, rules),
    managesProducts: managing.length > 0,
  };
}

/** The comments of the files, each once: the documents of a file have the same comments. */
function commentsOf(
  documents: readonly { readonly comments: readonly LintComment[] }[],
): readonly LintComment[] {
  const all = [...new Set(documents.map(({ comments }) => comments))].flat();
  const identity = ({ location }: LintComment) => `${location.file}:${location.line}`;
  return [...new Map(all.map((one) => [identity(one), one])).values()];
}

/**
 * Applies comments and rules to diagnostics: leaves out diagnostics that are turned off, sets severities, and adds
 * diagnostics about the comments.
 */
function applyLintComments(
  diagnostics: readonly Diagnostic[],
  comments: readonly LintComment[],
  rules: LintRules,
): readonly Diagnostic[] {
  const exceptions = comments.flatMap((comment) => comment.codes.map((code) => ({ comment, ...code })));
  const disabled = new Set(exceptions.map(keyOf));
  const isDisabled = (one: Diagnostic): boolean =>
    isAdjustable(one.code) && keysOf(one).some((key) => disabled.has(key));
  const found = new Set(diagnostics.flatMap(keysOf));
  const aboutComments = [
    ...comments.filter(({ codes }) => codes.length === 0).map(invalidComment),
    ...exceptions.flatMap((exception) => exceptionProblems(exception, found)),
  ];
  const enabled = diagnostics.filter((one) => !isDisabled(one));
  return [...enabled, ...aboutComments].flatMap((one) => withSeverity(one, rules));
}

/** One code of a comment. */
interface LintException extends LintCommentCode {
  readonly comment: LintComment;
}

/** The scope of an exception as a key: a code in a file, or on a line of it. */
const keyOf = ({ comment: { file, line }, code }: LintException): string =>
  JSON.stringify([code, file, line]);

/** The keys of the exceptions that would turn a diagnostic off. */
function keysOf({ code, location }: Diagnostic): readonly string[] {
  if (location === undefined) return [];
  const { file, line } = location;
  return [JSON.stringify([code, file, undefined]), JSON.stringify([code, file, line])];
}

/** The diagnostic with the severity of the rules; empty if it is off. */
export function withSeverity(one: Diagnostic, { levels, strict }: LintRules): readonly Diagnostic[] {
  const severity = levels.get(one.code) ?? one.severity;
  if (severity === 'off') return [];
  const adjusted = { ...one, severity };
  return [strict ? asError(adjusted) : adjusted];
}

function invalidComment({ location }: LintComment): Diagnostic {
  return diagnostic('bad-lint-comment', {
    message: 'this adc comment has no code, or starts with an unknown word',
    hint: 'Write # adc-lint-disable-next-line code -- reason, or # adc-lint-disable code.',
    location,
  });
}

/** @param found keys of the exceptions that turn a diagnostic off. */
function exceptionProblems(exception: LintException, found: ReadonlySet<string>): readonly Diagnostic[] {
  const { code, location } = exception;
  if (!isCode(code)) return [unknownCode(code, location)];
  if (!isAdjustable(code)) {
    const message = `${code} protects the portal and cannot be turned off`;
    const hint = 'Fix the problem itself, and remove the comment.';
    return [diagnostic('code-not-adjustable', { message, hint, location })];
  }
  if (found.has(keyOf(exception))) return [];
  const where = exception.comment.line === undefined ? 'in this file' : 'on the next line';
  const message = `there is no ${code} ${where}`;
  return [diagnostic('unused-lint-comment', { message, hint: 'Remove the comment.', location })];
}

const ADJUSTABLE = Object.keys(DIAGNOSTIC_CODES).filter(isAdjustable);

function unknownCode(code: string, location: LintCommentCode['location']): Diagnostic {
  const near = nearest(code, ADJUSTABLE);
  return diagnostic('unknown-code', {
    message: `unknown code "${code}"`,
    hint: near === undefined ? 'docs/reference/diagnostics.md lists the codes.' : `Did you mean "${near}"?`,
    location,
  });
}

/** A rule that no schema can express. Returns its diagnostics, in any order. */
export type Rule = (
  products: readonly WrittenProduct[],
  documents: readonly SourceDocument[],
  rules: FileRules,
) => readonly Diagnostic[];

/** All rules, independent of each other. */
export const RULES: readonly Rule[] = [
  (_, documents) => severalPortals(documents),
  (_, documents, { owner }) => ownerMismatch(documents, owner),
  (_, documents, rules) => allowanceRules(documents, rules),
  (products, _, { today }) => expiredHolds(products, today),
  duplicateProducts,
  duplicatePins,
  renamesToItself,
  suspiciousNames,
  suspiciousReferences,
  conflictingKeys,
  linkedTwice,
  publishedWithoutServices,
  publishedWithoutServers,
  missingStatus,
  emptyNotifications,
  invalidServerUrls,
  largeLogos,
];
