import type { Project } from '../api/project.ts';
import { NO_CONSENT, type Consent } from '../model/consent.ts';
import { asError, isError, type Diagnostic } from '../model/diagnostic.ts';
import { UsageError } from '../model/errors.ts';
import { labelOf, OWNERSHIP_LABEL, type Scope } from '../model/ownership.ts';
import type { Plan } from '../model/plan.ts';
import type { Labels } from '../model/product.ts';
import type { FailOn, Report } from '../report/report.ts';
import { EXIT, todayOf, type Io } from './io.ts';
import { choice, flag, group, list, text, type OptionSpec, type Values } from './options.ts';

const selector = list('--label-selector <k=v,...>', 'only products with these labels');

/** Combines repeated selectors: otherwise the last one would override the others. */
export const labelSelector: OptionSpec<Labels> = {
  ...selector,
  read: (given) => (given === undefined ? {} : labelsOf(given.texts.join(','))),
};

export const SCOPE = group('Scope:', {
  product: list('--product <name>', 'only this product; delete no undeclared one'),
  labelSelector,
  delete: flag('--no-delete', 'keep undeclared products, and list them'),
  deleteUnmanaged: flag('--delete-unmanaged', 'also delete undeclared products that adc does not manage'),
  managedByLabel: flag('--no-managed-by-label', 'write no owner label, and delete no undeclared product'),
});

/** The scope of the run (docs/design/contract.md §5). */
export function scopeOf(
  options: Values<typeof SCOPE> & { readonly file?: readonly string[] },
  { config }: Pick<Project, 'config'>,
): Scope {
  const { labelSelector: labels, managedByLabel } = options;
  if (managedByLabel && labelOf(labels, OWNERSHIP_LABEL) !== undefined) {
    throw new UsageError(`--label-selector selects by ${OWNERSHIP_LABEL}, which adc writes itself`, {
      hint: 'Select by another label; --owner and `owner:` say whose products a run manages.',
    });
  }
  return {
    selector: labels,
    products: options.product,
    ...(config !== undefined && (options.file ?? []).length > 0 && { partOfFiles: true }),
    managedByLabel,
    deleteUnmanaged: options.deleteUnmanaged,
    noDelete: !options.delete,
  };
}

/** As a label, adc would write `team!=payments` to products. */
const NO_CONDITIONS =
  'A selector has no other operators, separators or quotes: it selects products that have all of the labels.';

/** What other tools read as an operator, a quote, or another separator before the next pair. */
const CONDITION = /^[^=]*[!~<>^$*|]\s*=|^[^=]*=\s*[=~!*("']|=.*[;&|\s]\s*[\w./-]+=/;

/** `k=v[,k=v]` as labels. @throws UsageError for any other text. */
function labelsOf(text: string): Labels {
  const pairs = text.split(',').map((pair) => {
    const [, key, value] = /^\s*([^=\s]+)\s*=\s*(.*?)\s*$/.exec(pair) ?? [];
    const condition = CONDITION.test(pair);
    if (key === undefined || value === undefined || value === '' || condition) {
      throw new UsageError(
        `--label-selector is ${JSON.stringify(text)}; it must be key=value[,key=value]`,
        condition ? { hint: NO_CONDITIONS } : {},
      );
    }
    return [key, value] as const;
  });
  const duplicate = pairs.find(([key], place) => pairs.findIndex(([other]) => other === key) !== place);
  if (duplicate)
    throw new UsageError(
      `--label-selector names ${JSON.stringify(duplicate[0])} twice; a product has one value of a label`,
    );
  return Object.fromEntries(pairs);
}

export const CONSENT = group('Consent:', {
  maxSubscriptionLoss: list(
    '--max-subscription-loss <n>',
    'allow n subscriptions to end, or "NAME=N" for one product',
    { fallback: '0' },
  ),
  allowSubscriptionLoss: flag('--allow-subscription-loss', 'allow any number of subscriptions to end'),
  allowUnauthenticated: list(
    '--allow-unauthenticated <service>',
    'allow unauthenticated requests to GROUP/SERVICE, or "all"',
  ),
  takeOver: list('--take-over <name>', 'take over a product from its owner'),
  maxDeletes: text('--max-deletes <n>', 'allow n or n% of products to be deleted', {
    fallback: '30% for each owner, at least 1',
  }),
  renameCheck: flag('--no-rename-check', 'allow a deletion that looks like a rename'),
});

type Options = Values<typeof CONSENT> & Pick<Values<typeof SCOPE>, 'managedByLabel' | 'deleteUnmanaged'>;

/** The consent of the flags, without the entries of the files (docs/design/contract.md §11). No variable gives consent. */
export function consentOf(options: Options): Omit<Consent, 'allowances'> {
  const { maxSubscriptionLoss: losses, allowUnauthenticated: open, takeOver } = options;
  const shared = losses.filter((one) => !one.includes('='));
  if (shared.length > 1)
    throw new UsageError(
      `--max-subscription-loss has several numbers for all products: ${shared.join(', ')}`,
    );
  if (!options.managedByLabel) refuseWithoutLabel(options);
  return {
    subscriptionLoss: options.allowSubscriptionLoss ? 'any' : lossOf(shared[0]),
    subscriptionLossOf: new Map(losses.filter((one) => one.includes('=')).map(lossOfProduct)),
    unauthenticated: open.includes('all') ? 'all' : open.map(serviceOf),
    takeOver,
    maxDeletes: deletesOf(options.maxDeletes),
    restored: NO_CONSENT.restored,
    renameCheck: options.renameCheck,
  };
}

/** The data for the entries that a refusal proposes (docs/design/contract.md §11). */
export function proposalInput(
  allowances: Consent['allowances'],
  { environment, config }: Project,
  io: Io,
): NonNullable<Report['consent']> {
  const consents = config?.consents?.pattern;
  return { allowances, today: todayOf(io), environment: environment?.name, consents };
}

/** Refuses options that need owner labels: without labels, no product shows its owner. */
function refuseWithoutLabel({ takeOver, deleteUnmanaged }: Options): void {
  const unmanaged = deleteUnmanaged ? '--delete-unmanaged' : undefined;
  const other = takeOver.length > 0 ? '--take-over' : unmanaged;
  if (other === undefined) return;
  throw new UsageError(`--no-managed-by-label and ${other} exclude each other`, {
    hint: `Remove one of the two: without owner labels, adc cannot tell which products are yours.`,
  });
}

function lossOf(text: string | undefined): number {
  return text === undefined ? 0 : wholeNumber('--max-subscription-loss', text);
}

/** `Payments API=42`, split at the last `=`, since names may contain one. */
function lossOfProduct(text: string): readonly [string, number] {
  const at = text.lastIndexOf('=');
  const name = text.slice(0, at);
  if (name === '') throw new UsageError(`--max-subscription-loss ${JSON.stringify(text)} names no product`);
  return [name, wholeNumber(`--max-subscription-loss ${JSON.stringify(name)}`, text.slice(at + 1))];
}

function serviceOf(text: string): string {
  if (/^[^/]+\/.+$/.test(text)) return text;
  throw new UsageError(
    `--allow-unauthenticated is ${JSON.stringify(text)}; it must be GROUP/SERVICE, or all`,
  );
}

function deletesOf(given: string | undefined): Consent['maxDeletes'] {
  if (given === undefined) return undefined;
  const [, number, percent] = /^(\d{1,9})(%?)$/.exec(given) ?? [];
  if (percent === '') return { count: Number(number) };
  if (percent === '%' && Number(number) <= 100) return { percent: Number(number) };
  throw new UsageError(
    `--max-deletes is ${JSON.stringify(given)}; it must be a whole number, or a percentage such as 30%`,
  );
}

function wholeNumber(option: string, text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new UsageError(`${option} is ${JSON.stringify(text)}; it must be a whole number`);
}

const REASONS = ['changes', 'refused', 'breaking', 'drift', 'warnings'] as const satisfies readonly FailOn[];

const reason = choice('--fail-on <reasons>', '', REASONS, { fallback: 'changes' });
const reasons = list(
  '--fail-on <reasons>',
  `exit with 2 for changes, with 4 for others; comma-separated: ${REASONS.join(', ')}`,
);

/** The reasons for which `diff` fails (docs/design/contract.md §12). */
export const failOn: OptionSpec<readonly FailOn[]> = {
  ...reasons,
  read: (given) => {
    const words = reasons.read(given).flatMap((text) => text.split(','));
    return words.map((word) => reason.read({ source: 'flag', texts: [word.trim()] }));
  },
};

/** The findings of a plan. */
interface Findings extends Pick<Report, 'refused' | 'breaking' | 'attribution'> {
  readonly plan: Plan;
  readonly diagnostics: readonly Diagnostic[];
}

/** The requested reasons that apply to a plan. */
export function failedOn(requested: readonly FailOn[], found: Findings): readonly FailOn[] {
  const applies: Readonly<Record<FailOn, boolean>> = {
    // Without products, a plan has no steps, but a hazard for which sync refuses it.
    changes: found.plan.steps.length + found.plan.hazards.length > 0,
    refused: (found.refused ?? []).length > 0,
    breaking: (found.breaking ?? []).length > 0,
    drift: (found.attribution?.products ?? []).some(
      ([, { verdict }]) => verdict === 'drift' || verdict === 'conflict',
    ),
    warnings: found.diagnostics.some((diagnostic) => isError(asError(diagnostic))),
  };
  return REASONS.filter((reason) => requested.includes(reason) && applies[reason]);
}

/** The exit code for the reasons of a failure. */
export function failCode(reasons: readonly FailOn[]): number {
  if (reasons.length === 0) return EXIT.done;
  return reasons.every((reason) => reason === 'changes') ? EXIT.changes : EXIT.refused;
}
