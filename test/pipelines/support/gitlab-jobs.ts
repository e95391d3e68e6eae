import { parse } from 'yaml';
import { projectFile, yamlDocuments } from './project-file.ts';

/** A job as GitLab runs it: what it extends is laid under it. */
export interface GitlabJob {
  readonly rules: readonly { readonly if: string }[];
  readonly variables?: Readonly<Record<string, string>>;
  readonly script: string;
  /** Runs in a separate shell, also after the script has failed. */
  readonly afterScript: string;
  readonly interruptible?: boolean;
  readonly resource_group?: string;
}

interface Input {
  readonly default?: string | number;
  readonly type?: 'number';
  readonly regex?: string;
}

interface Header {
  readonly spec: { readonly inputs: Readonly<Record<string, Input>> };
}

type Written = Readonly<Record<string, unknown>> & {
  readonly extends?: string;
  readonly before_script?: readonly string[];
  readonly script?: readonly string[];
  readonly after_script?: readonly string[];
  readonly variables?: Readonly<Record<string, string | number>>;
};

/**
 * The jobs of the component with these inputs. As GitLab does, inputs are laid into the text of the values; one that has
 * neither a value nor a default, one that is not declared, and one that does not fit its type or regex, is an error.
 */
export async function gitlabJobs(
  inputs: Readonly<Record<string, string | number>>,
): Promise<Readonly<Record<string, GitlabJob>>> {
  const [header, template] = yamlDocuments(await projectFile('ci/gitlab/template.yml'));
  const { inputs: declared } = (header as Header).spec;
  const stray = Object.keys(inputs).find((name) => !Object.hasOwn(declared, name));
  if (stray !== undefined) throw new Error(`the component has no input ${stray}`);
  const filled = fill(template, (name) => {
    const value = inputs[name] ?? declared[name]?.default;
    if (value === undefined) throw new Error(`the input ${name} has no value`);
    const { type, regex = '' } = declared[name] ?? {};
    const fits = type === 'number' ? typeof value === 'number' : new RegExp(regex).test(String(value));
    if (!fits) throw new Error(`the input ${name} does not fit`);
    return String(value);
  });
  const jobs = filled as Readonly<Record<string, Written>>;
  const named = Object.entries(jobs).filter(([name]) => !name.startsWith('.'));
  return Object.fromEntries(
    named.map(([name, job]) => [name, complete({ ...jobs[job.extends ?? ''], ...job })]),
  );
}

/** The jobs of a pipeline without a component, each with what `default` gives to all. */
export function jobsOfPipeline(text: string): Readonly<Record<string, GitlabJob>> {
  const { default: shared, stages: _, ...jobs } = parse(text) as Readonly<Record<string, Written>>;
  return Object.fromEntries(
    Object.entries(jobs).map(([name, job]) => [name, complete({ ...shared, ...job })]),
  );
}

function complete(job: Written): GitlabJob {
  const texts = Object.entries(job.variables ?? {}).map(([name, value]) => [name, String(value)]);
  const variables = job.variables && { variables: Object.fromEntries(texts) as Record<string, string> };
  const script = [...(job.before_script ?? []), ...(job.script ?? [])].join('\n');
  const afterScript = (job.after_script ?? []).join('\n');
  return { ...job, ...variables, script, afterScript } as unknown as GitlabJob;
}

function fill(value: unknown, valueOf: (name: string) => string): unknown {
  const text = (written: string): string =>
    written.replaceAll(/\$\[\[ inputs\.(\w+) \]\]/g, (_, name: string) => valueOf(name));
  if (typeof value === 'string') return text(value);
  if (Array.isArray(value)) return value.map((item: unknown) => fill(item, valueOf));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [text(key), fill(part, valueOf)]));
}
