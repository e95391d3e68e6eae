import type { Diagnostic } from '../model/diagnostic.ts';
import type { SourceDocument, FileRules } from '../model/document.ts';
import { allowanceRules, expiredHolds } from './rules/consent.ts';
import { ownerMismatch, severalPortals } from './rules/owners.ts';
import { largeLogos, invalidServerUrls, emptyNotifications, conflictingKeys } from './rules/values.ts';
import { duplicateProducts, renamesToItself, duplicatePins, suspiciousNames } from './rules/identity.ts';
import { linkedTwice } from './rules/linked-services.ts';
import { publishedWithoutServers, publishedWithoutServices, statusLeftOut } from './rules/publishing.ts';
import type { WrittenProduct } from './written-product.ts';

/** A rule for files that no schema can express. Returns its diagnostics, in any order. */
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
  conflictingKeys,
  linkedTwice,
  publishedWithoutServices,
  publishedWithoutServers,
  statusLeftOut,
  emptyNotifications,
  invalidServerUrls,
  largeLogos,
];
