import type { Allowance as DeclaredAllowance } from '../../generated/product-file.ts';
import { isObject, itemsOf, valueAt } from '../../json/value.ts';
import { environmentHint } from '../../model/config.ts';
import type { Allowance, Locate } from '../../model/declared.ts';
import { type Diagnostic, diagnostic } from '../../model/diagnostic.ts';
import type { FileRules, SourceDocument } from '../../model/document.ts';
import type { WrittenProduct } from '../written-document.ts';

/** Maximum days of an entry of `allow:` or of a hold (docs/design/contract.md §11). Days are in UTC. */
const MAX_DAYS_AHEAD = 31;
const MS_PER_DAY = 86_400_000;

type Rules = Pick<FileRules, 'today' | 'environment' | 'environments'>;

/** The entries that apply today, in the environment of the run. */
export function allowances(
  documents: readonly SourceDocument[],
  { today, environment }: Rules,
): readonly Allowance[] {
  return documents
    .flatMap(entriesOf)
    .filter(({ until, environments: limits }) => until >= today && isFor(environment, limits));
}

const isFor = (environment: string | undefined, limits: readonly string[] | undefined): boolean =>
  limits === undefined || (environment !== undefined && limits.includes(environment));

/** The entries of a document, which may be invalid. */
function entriesOf(document: SourceDocument): readonly Allowance[] {
  return itemsOf(valueAt(document.value, ['allow'])).flatMap((value, index) => {
    if (!isObject(value)) return [];
    const at: Locate = (path, part) => document.locate(['allow', index, ...path], part);
    return [{ ...(value as unknown as DeclaredAllowance), at }];
  });
}

/** Errors in entries of `allow:` (docs/design/contract.md §11). */
export function allowanceRules(documents: readonly SourceDocument[], rules: Rules): readonly Diagnostic[] {
  const entries = documents.flatMap(entriesOf);
  const valid = entries.filter(({ until }) => !isExpired(until, rules.today));
  return [
    ...entries.flatMap((entry) => [
      ...consentProblems(entry),
      ...dateProblems(entry, rules.today),
      ...unknownEnvironments(entry, rules),
    ]),
    ...duplicateEntries(valid, 'product'),
    ...duplicateEntries(valid, 'id'),
  ];
}

function consentProblems(entry: Allowance): readonly Diagnostic[] {
  const { at } = entry;
  const allows = CONSENTS.filter((key) => isGiven(entry, key));
  const exclusive = EXCLUSIVE.filter((key) => isGiven(entry, key));
  return [
    ...(allows.length === 0
      ? [
          diagnostic('allowance-empty', {
            message: 'the entry allows nothing',
            hint: `Add one of ${CONSENTS.join(', ')}, or remove the entry.`,
            location: at([]),
          }),
        ]
      : []),
    ...exclusive.slice(1).map((key) =>
      diagnostic('allowance-conflict', {
        message: `the entry allows both "${exclusive[0] ?? ''}" and "${key}"`,
        hint: 'Remove one of them.',
        location: at([key], 'key'),
      }),
    ),
  ];
}

function unknownEnvironments(
  { environments: limits, at }: Allowance,
  { environments: known = [] }: Rules,
): readonly Diagnostic[] {
  return (Array.isArray(limits) ? (limits as readonly unknown[]) : []).flatMap((name, index) => {
    if (typeof name !== 'string' || known.includes(name)) return [];
    return diagnostic('unknown-environment', {
      message: `unknown environment "${name}"`,
      hint: environmentHint(name, known),
      location: at(['environments', index]),
    });
  });
}

const CONSENTS = [
  'subscription_loss',
  'unauthenticated',
  'delete',
  'take_over_from',
  'release',
  'rename_check',
  'breaking_openapi',
] as const satisfies readonly (keyof DeclaredAllowance)[];

const EXCLUSIVE = ['delete', 'take_over_from', 'release'] as const;

/** Whether a key allows something: `delete: false` and an empty list of services do not, `rename_check: false` does. */
function isGiven(entry: Allowance, key: (typeof CONSENTS)[number]): boolean {
  const value = entry[key];
  if (key === 'rename_check') return value === false;
  return value !== undefined && value !== false && !(Array.isArray(value) && value.length === 0);
}

function dateProblems({ until, at }: Allowance, today: string): readonly Diagnostic[] {
  if (typeof until !== 'string' || !isDay(until)) return invalidDate(until, at);
  if (isExpired(until, today)) {
    return [
      diagnostic('allowance-expired', {
        message: `the entry expired on ${until}`,
        hint: 'Remove it, or write a later day.',
        location: at(['until']),
      }),
    ];
  }
  const last = dayAfter(today, MAX_DAYS_AHEAD);
  if (until <= last) return [];
  return [
    diagnostic('allowance-until', {
      message: `"until" is ${until}, more than ${MAX_DAYS_AHEAD} days ahead`,
      hint: `Write ${last} or an earlier day.`,
      location: at(['until']),
    }),
  ];
}

/** An error for a text that has the form of a date but is none. The schema reports other values. */
function invalidDate(until: unknown, at: Locate): readonly Diagnostic[] {
  if (typeof until !== 'string' || !/^\d{4}-\d{2}-\d{2}$/.test(until)) return [];
  return [
    diagnostic('allowance-until', {
      message: `"until" is ${until}, which is not a valid date`,
      hint: 'Use the form 2026-12-07.',
      location: at(['until']),
    }),
  ];
}

const isExpired = (until: unknown, today: string): boolean => typeof until === 'string' && until < today;

function isDay(text: string): boolean {
  const day = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text);
}

/** A day plus a number of days, as `2026-12-07`. */
function dayAfter(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * MS_PER_DAY).toISOString().slice(0, 10);
}

/** Whether two lists of environments have a common one; a missing list means all environments. */
function overlap(one: readonly string[] | undefined, other: readonly string[] | undefined): boolean {
  return !Array.isArray(one) || !Array.isArray(other) || one.some((name) => other.includes(name));
}

/** Errors for several unexpired entries of a product; entries for different environments do not conflict. */
function duplicateEntries(entries: readonly Allowance[], key: 'product' | 'id'): readonly Diagnostic[] {
  const before = new Map<string, Allowance[]>();
  return entries.flatMap((entry) => {
    const { [key]: name, at } = entry;
    if (name === undefined) return [];
    const others = before.get(name) ?? [];
    const other = others.find((one) => overlap(one.environments, entry.environments));
    others.push(entry);
    before.set(name, others);
    if (other === undefined) return [];
    return diagnostic('allowance-conflict', {
      message: `there are two entries for the product "${name}"`,
      hint: 'Keep one entry for each product.',
      location: at([key]),
      related: [{ message: 'the other entry', location: other.at([key]) }],
    });
  });
}

/** Errors for expired holds: if adc ended a hold, it could publish the product again without notice. */
export function expiredHolds(products: readonly WrittenProduct[], today: string): readonly Diagnostic[] {
  return products.flatMap((product) => {
    const until = product.text('hold', 'until');
    if (until === undefined) return [];
    const at: Locate = (_, part) => product.at(['hold', 'until'], part);
    if (!isDay(until)) return invalidDate(until, at);
    if (until >= today) return [];
    return diagnostic('hold-expired', {
      message: `the hold of "${product.text('name') ?? ''}" expired on ${until}`,
      hint: 'Remove `hold:` to apply the file again, or write a later day.',
      location: at([]),
    });
  });
}
