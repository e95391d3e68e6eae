import type { IContainer, IPodSecurityContext } from 'kubernetes-models/v1';

/**
 * What of a CronWorkflow the examples use, as Argo's field reference has it: no package for the Node.js of this project holds
 * its schema. To use another field, look it up and add it.
 */
export interface CronWorkflow {
  readonly apiVersion: 'argoproj.io/v1alpha1';
  readonly kind: 'CronWorkflow';
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly spec: {
    readonly schedules: readonly string[];
    readonly timezone?: string;
    readonly concurrencyPolicy?: 'Allow' | 'Forbid' | 'Replace';
    readonly workflowSpec: WorkflowSpec;
  };
}

interface WorkflowSpec {
  readonly entrypoint: string;
  readonly parallelism?: number;
  readonly activeDeadlineSeconds?: number;
  readonly securityContext?: IPodSecurityContext;
  readonly templates: readonly Template[];
}

interface Template {
  readonly name: string;
  readonly dag?: { readonly failFast?: boolean; readonly tasks: readonly DagTask[] };
  readonly retryStrategy?: { readonly limit?: string | number; readonly expression?: string };
  readonly inputs?: { readonly parameters?: readonly Parameter[]; readonly artifacts?: readonly Artifact[] };
  /** Argo names the container itself. */
  readonly container?: Omit<IContainer, 'name'>;
}

interface DagTask {
  readonly name: string;
  readonly template: string;
  readonly arguments?: { readonly parameters?: readonly Parameter[] };
  readonly withItems?: readonly (string | number | Readonly<Record<string, string>>)[];
}

interface Parameter {
  readonly name: string;
  readonly value?: string;
}

interface Artifact {
  readonly name: string;
  readonly path: string;
  readonly git: { readonly repo: string; readonly revision?: string; readonly depth?: number };
}
