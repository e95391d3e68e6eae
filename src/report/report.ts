import type { Reports } from '../generated/reports/index.ts';
import type { Attribution } from '../model/change.ts';
import type { Subject } from '../model/consent.ts';
import type { Allowance } from '../model/declared.ts';
import type { Diagnostic, Location } from '../model/diagnostic.ts';
import type { OpenapiCheck } from '../model/openapi-check.ts';
import type { AuthGap, Outcome, Permit, Hazard, Plan } from '../model/plan.ts';

/** The reasons for which `diff` can fail (docs/design/contract.md §12). */
export type FailOn = 'changes' | 'refused' | 'breaking' | 'drift' | 'warnings';

/** A value in which every part is read-only. */
type DeepReadonly<Value> = Value extends readonly (infer Item)[]
  ? readonly DeepReadonly<Item>[]
  : Value extends object
    ? { readonly [Key in keyof Value]: DeepReadonly<Value[Key]> }
    : Value;

/** Commands with a JSON report, and `failure` and `environments`. */
export type ReportName = keyof Reports;

/** A command without a JSON report. */
export type TextOnly = 'preview';

/** The optional parts of the JSON report of a command, by its schema in schemas/. */
export type ReportParts<Name extends ReportName> = Name extends ReportName
  ? DeepReadonly<Partial<Omit<Reports[Name], 'format' | 'format_version' | 'exit_code'>>>
  : never;

/** The result of a command, from which every format is rendered (docs/design/contract.md §3.2). */
export interface Report<Name extends ReportName = ReportName> {
  /** The command without `adc`; `failure` for an unknown command, and for a command without a report. */
  readonly command: Name | TextOnly;
  readonly exitCode: number;
  readonly plan?: Plan | undefined;
  /** The result of check-openapi. */
  readonly check?: OpenapiCheck | undefined;
  /** The hazards of the plan without consent. */
  readonly refused?: readonly Hazard[] | undefined;
  /** The data for proposed entries of `allow:`: valid entries, and the day in UTC (docs/design/contract.md §11). */
  readonly consent?:
    | {
        readonly allowances: readonly Allowance[];
        readonly today: string;
        /** The environment of the run, to which proposed entries are limited. */
        readonly environment?: string | undefined;
        /** The file or directory for entries, if the config names one. */
        readonly consents?: string | undefined;
      }
    | undefined;
  /** The environment of this report, if the run has several, and the share of the report in their comment. */
  readonly oneOfEnvironments?: { readonly name: string; readonly maxCharacters: number };
  /** The changes of the plan that need consent and have it, with the entry or flag. */
  readonly permits?: readonly Permit[] | undefined;
  /** Published products whose changed document breaks callers, without consent, if the command fails on that. */
  readonly breaking?: readonly Subject[] | undefined;
  /** The sources of the changed paths, by the files at a git revision. */
  readonly attribution?: Attribution | undefined;
  /** The reasons of --fail-on for which `diff` fails. */
  readonly failedOn?: readonly FailOn[] | undefined;
  /** Whether consent allows changes that would otherwise be refused. */
  readonly consented?: boolean | undefined;
  /** Whether text reports omit the section on impact (docs/design/contract.md §12.2). */
  readonly hidesImpact?: boolean;
  /** The plan file that the command saved or applied. */
  readonly planFile?: string | undefined;
  /** Whether the command line names the product files. */
  readonly namesFiles?: boolean | undefined;
  /** Present only if the plan was applied. */
  readonly outcomes?: readonly Outcome[] | undefined;
  readonly authGaps?: readonly AuthGap[] | undefined;
  readonly diagnostics?: readonly Diagnostic[] | undefined;
  /** Returns the place of the declaration of a product, by its name. */
  readonly place?: ((product: string) => Location | undefined) | undefined;
  /** The text of a command without a plan. */
  readonly text?: string | undefined;
  /** The steps as a Mermaid flowchart, if requested instead of the plan. */
  readonly graph?: string | undefined;
  /** The cell of each product by name, for the table of `--env all`. */
  readonly products?: ReadonlyMap<string, string> | undefined;
  /** Parts of the JSON report that only this command has. */
  readonly more?: ReportParts<Name> | undefined;
}
