import type { Attribution } from '../model/attribution.ts';
import type { Subject } from '../model/consent.ts';
import type { Allowance } from '../model/declared.ts';
import type { Diagnostic, Location } from '../model/diagnostic.ts';
import type { AuthGap, Outcome } from '../model/outcome.ts';
import type { OpenapiCheck } from '../model/openapi-check.ts';
import type { Permit } from '../model/permit.ts';
import type { Hazard, Plan } from '../model/plan.ts';
import type { Reports } from '../generated/reports/index.ts';

/** What can make `diff` fail (docs/design/contract.md §12). */
export type FailOn = 'changes' | 'refused' | 'breaking' | 'drift' | 'warnings';

/** A value that nothing changes, as the reports are made of. */
type Unchanging<Value> = Value extends readonly (infer Item)[]
  ? readonly Unchanging<Item>[]
  : Value extends object
    ? { readonly [Key in keyof Value]: Unchanging<Value[Key]> }
    : Value;

/** Names of commands with a JSON report, `failure` and `environments` among them. */
export type ReportName = keyof Reports;

/** Parts of the JSON report of a command, as its schema in schemas/ has them. */
export type ReportParts<Name extends ReportName> = Name extends ReportName
  ? Unchanging<Partial<Omit<Reports[Name], 'format' | 'format_version' | 'exit_code'>>>
  : never;

/** What a command found and did: the one value that every format is made of (docs/design/contract.md §3.2). */
export interface Report<Name extends ReportName = ReportName> {
  /** Without `adc`; `failure` where no command was understood, or one that has no report of its own. */
  readonly command: Name;
  readonly exitCode: number;
  readonly plan?: Plan | undefined;
  /** An OpenAPI document compared with the one in use. */
  readonly check?: OpenapiCheck | undefined;
  /** The hazards of the plan that the consent given does not lift. */
  readonly refused?: readonly Hazard[] | undefined;
  /** Entries of `allow:` that hold, and the day in UTC: what refusals propose (docs/design/contract.md §11). */
  readonly consent?:
    | {
        readonly allowances: readonly Allowance[];
        readonly today: string;
        /** The environment of the run: proposed entries are for this one only. */
        readonly environment?: string | undefined;
      }
    | undefined;
  /** The environment of this report, one of several of a run. */
  readonly oneOfEnvironments?: string;
  /** What consent allows of the plan, and which entry or flag does. */
  readonly permits?: readonly Permit[] | undefined;
  /** Published products whose document breaks callers, if the command fails on that and no consent lifts it. */
  readonly breaking?: readonly Subject[] | undefined;
  /** Where changed paths come from, by the files at a git revision. */
  readonly attribution?: Attribution | undefined;
  /** Why `diff` fails, of what --fail-on asks. */
  readonly failedOn?: readonly FailOn[] | undefined;
  /** Whether consent that was given lifts what would be refused without. */
  readonly consented?: boolean | undefined;
  /** Whether reports for people leave out the section on impact (docs/design/contract.md §12.2). */
  readonly hidesImpact?: boolean;
  /** Where the plan was saved, or comes from. */
  readonly planFile?: string | undefined;
  /** Only where the plan was carried out. */
  readonly outcomes?: readonly Outcome[] | undefined;
  readonly authGaps?: readonly AuthGap[] | undefined;
  readonly diagnostics?: readonly Diagnostic[] | undefined;
  /** Where a file declares the product of a name. */
  readonly place?: ((product: string) => Location | undefined) | undefined;
  /** An answer of a command's own for people, where there is none to make of the plan. */
  readonly text?: string | undefined;
  /** The steps as a Mermaid flowchart, asked for in place of the plan. */
  readonly graph?: string | undefined;
  /** For the table of `--env all`: each product by name, with a word or two. */
  readonly products?: ReadonlyMap<string, string> | undefined;
  /** Parts of the JSON document that only one command has. */
  readonly more?: ReportParts<Name> | undefined;
}
