import { printable, printableJson } from '../lib/printable.ts';
import { allowanceFor, type Subject } from '../model/consent.ts';
import type { Allowance } from '../model/declared.ts';
import type { Location } from '../model/diagnostic.ts';
import { isOwnerName } from '../model/ownership.ts';
import type { Permit, Hazard } from '../model/plan.ts';
import type { Json } from '../model/product.ts';
import { wrapped } from './page.ts';
import type { Report, ReportParts } from './report.ts';
import { hazardWords, PLAIN, type InlineStyle } from './words.ts';

/** An entry of `allow:`. */
type Entry = NonNullable<ReportParts<'diff'>['allow']>[number];

/** The changes that need consent, and the existing entries. Without `consent`, there are no proposals. */
type Refusals = Partial<Pick<Report, 'refused' | 'breaking' | 'consent'>>;

/** The entry that allows the refused changes of one product (docs/design/contract.md §11). */
interface Proposal {
  readonly entry: Entry;
  /** The place of an existing entry of the product, which then needs the keys of `entry`. */
  readonly at?: Location;
}

/** Number of days from today to the last day of a proposed entry. */
const DAYS_AHEAD = 7;

/** One proposal for each product, in the order of the refusals. */
export function proposals({ refused = [], breaking = [], consent }: Refusals): readonly Proposal[] {
  if (consent === undefined) return [];
  const { allowances, today, environment } = consent;
  const until = new Date(Date.parse(`${today}T00:00:00Z`) + DAYS_AHEAD * 86_400_000);
  const found = new Map<string, Consenting>();
  for (const { subject, keys } of [...refused.flatMap(consentsOf), ...breaking.map(breakingConsent)])
    found.set(subject.id, { subject, keys: { ...found.get(subject.id)?.keys, ...keys } });
  return [...found.values()].map(({ subject, keys }) => {
    const existing = allowanceFor(allowances, subject);
    const [name] = subject.names;
    const product = name === undefined ? { id: subject.id } : { product: name };
    const entry = { ...product, ...keys, until: until.toISOString().slice(0, 10) };
    if (existing !== undefined) return { entry, at: existing.at([]) };
    return { entry: { ...entry, ...(environment !== undefined && { environments: [environment] }) } };
  });
}

interface Consenting {
  readonly subject: Subject;
  readonly keys: Partial<Entry>;
}

type Kind<Code extends Hazard['code']> = Extract<Hazard, { code: Code }>;

/** The consent that allows each hazard. No entry can allow a hazard without a row. */
const CONSENTS: { readonly [Code in Hazard['code']]?: (hazard: Kind<Code>) => readonly Consenting[] } = {
  'subscription-loss': ({ product, known, active, pending }) =>
    known ? [{ subject: product, keys: { subscription_loss: withExtra(active + pending) } }] : [],
  'services-left-open': ({ product, services }) => [
    { subject: product, keys: { unauthenticated: services } },
  ],
  // An entry cannot name an owner label that was written by hand and is no valid owner.
  'owned-by-another': ({ product, owner }) =>
    isOwnerName(owner) ? [{ subject: product, keys: { take_over_from: owner } }] : [],
  deletes: ({ products }) => products.map(deletionOf),
  'owner-elsewhere': ({ products }) => products.map(deletionOf),
  'not-ours': ({ product, managed, owner }) => (managed && owner === null ? [deletionOf(product)] : []),
  releases: ({ product }) => [{ subject: product, keys: { release: true } }],
  'looks-like-rename': ({ product }) => [{ subject: product, keys: { rename_check: false } }],
};

function consentsOf(hazard: Hazard): readonly Consenting[] {
  const consents = CONSENTS[hazard.code] as ((hazard: Hazard) => readonly Consenting[]) | undefined;
  return consents?.(hazard) ?? [];
}

function breakingConsent(subject: Subject): Consenting {
  return { subject, keys: { breaking_openapi: true } };
}

function deletionOf(subject: Subject): Consenting {
  return { subject, keys: { delete: true } };
}

/** Adds 10 %, at least 2, for subscriptions that start before the merge. */
function withExtra(count: number): number {
  return Math.max(count + 2, Math.ceil(count * 1.1));
}

/** Maximum number of shown entries. */
const MAX_ENTRIES = 20;

/** The proposals as text. */
interface ProposalText {
  /** New entries as YAML, starting with `allow:`; empty if there are none. */
  readonly yaml: readonly string[];
  /** Additions to existing entries, such as `products.yaml:12: subscription_loss: 47`. */
  readonly edits: readonly string[];
  /** The sentences before the new entries and before the additions, without a colon. */
  readonly addTitle: string;
  readonly editTitle: string;
  /** Number of entries that are not shown. */
  readonly more: number;
}

/** @param of selects the products of these refusals; an entry always has all keys that its product needs. */
export function proposalText(
  refusals: Refusals,
  of: Refusals = refusals,
  mark: InlineStyle = PLAIN,
): ProposalText {
  const needed = new Set(proposals({ ...of, consent: refusals.consent }).map(subjectOf));
  const all = proposals(refusals).filter((one) => needed.has(subjectOf(one)));
  const shown = all.slice(0, MAX_ENTRIES);
  const added = shown.filter(({ at }) => at === undefined);
  const consents = refusals.consent?.consents;
  const hasExtra = shown.some(({ entry }) => 'subscription_loss' in entry);
  const extra = hasExtra ? ' (each number includes 10 % extra, at least 2)' : '';
  return {
    yaml: added.length === 0 ? [] : ['allow:', ...added.flatMap(({ entry }) => entryLines(entry))],
    edits: shown.flatMap(({ entry, at }) => (at === undefined ? [] : [editText(entry, at)])),
    addTitle: `To allow this, add to ${consents === undefined ? 'a product file' : mark.command(consents)}${extra}`,
    editTitle: `To allow this, write${extra}`,
    more: all.length - shown.length,
  };
}

/** The line before the flags and edits of a refusal. */
export function remediesTitle(refusals: Refusals): string {
  return proposals(refusals).length === 0 ? 'To allow or avoid this:' : 'Or:';
}

const subjectOf = ({ entry: { product, id } }: Proposal): string => JSON.stringify([product, id]);

/**
 * The proposals as paragraphs of a text; none without proposals.
 * @param wrapAt column at which sentences wrap.
 */
export function proposalParagraphs(refusals: Refusals, wrapAt: number): readonly string[] {
  const { yaml, edits, addTitle, editTitle, more } = proposalText(refusals);
  const title = (text: string) => wrapped(`${text}:`, wrapAt, '  ');
  return [
    ...(edits.length === 0 ? [] : [[...title(editTitle), ...edits.map((edit) => `  ${edit}`)]]),
    ...(yaml.length === 0 ? [] : [title(addTitle), yaml]),
    ...(more === 0 ? [] : [[`${more} more entries are needed.`]]),
  ].map((lines) => lines.join('\n'));
}

function entryLines(entry: Entry): readonly string[] {
  return Object.entries(entry).map(
    ([key, value], place) => `  ${place === 0 ? '-' : ' '} ${key}: ${yamlValue(value)}`,
  );
}

function editText(entry: Entry, { file, line }: Location): string {
  const keys = Object.entries(entry).filter(([key]) => key !== 'product' && key !== 'id');
  return `${printable(file)}:${line}: ${keys.map(([key, value]) => `${key}: ${yamlValue(value)}`).join(', ')}`;
}

function yamlValue(value: Json): string {
  if (Array.isArray(value)) return `[${(value as readonly Json[]).map(yamlValue).join(', ')}]`;
  return typeof value === 'string' ? yamlString(value) : JSON.stringify(value);
}

/** Without quotes only if every YAML parser reads the same text; `${` is escaped (docs/design/contract.md §2). */
function yamlString(text: string): string {
  if (/^[A-Za-z][\w./ -]*$/.test(text) && !text.endsWith(' ') && !KEYWORDS.test(text)) return text;
  if (/^\d{4}-\d{2}-\d{2}$/.test(text)) return text;
  return printableJson(JSON.stringify(text.replaceAll('${', '\\${')));
}

/** Words that a YAML 1.1 or 1.2 parser does not read as text. */
const KEYWORDS = /^(?:true|false|null|yes|no|on|off|y|n)$/i;

export const PERMITS_TITLE = 'Allowed by consent';

/** `"Payments API": 2 active subscriptions would end (allowed by products.yaml:12: 42 until 2026-12-07)` */
export function permitText({ hazard, by }: Permit, mark: InlineStyle): string {
  const source = 'flag' in by ? mark.command(by.flag) : entryWords({ hazard, by }, mark);
  return `${permittedWords(hazard, mark)} (allowed by ${source})`;
}

/** The allowed change, as a clause. */
function permittedWords(hazard: Permit['hazard'], mark: InlineStyle): string {
  if (hazard.code === 'breaking-openapi')
    return `${mark.name(hazard.product.name)}: the OpenAPI document has changes that break callers`;
  if (hazard.code === 'releases') return `${mark.name(hazard.product.name)} would lose its owner label`;
  return hazardWords(hazard, mark).text;
}

function entryWords(
  { hazard, by }: { readonly hazard: Permit['hazard']; readonly by: Allowance },
  mark: InlineStyle,
): string {
  const { file, line } = by.at([]);
  const number = hazard.code === 'subscription-loss' ? `: ${by.subscription_loss}` : '';
  const reason = by.reason === undefined ? '' : `, ${printable(by.reason)}`;
  return `${mark.command(`${file}:${line}`)}${number} until ${by.until}${reason}`;
}

/** A permit in the form of the report schemas. */
export function permitJson({ hazard, by }: Permit, mark: InlineStyle) {
  const source =
    'flag' in by
      ? by
      : {
          file: by.at([]).file,
          line: by.at([]).line,
          until: by.until,
          ...(hazard.code === 'subscription-loss' && { subscription_loss: by.subscription_loss }),
          ...(by.reason !== undefined && { reason: by.reason }),
        };
  return { code: hazard.code, message: permittedWords(hazard, mark), by: source };
}
