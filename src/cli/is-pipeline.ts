/** Words that mean no in a variable. */
export const NO: ReadonlySet<string> = new Set(['false', '0', 'no']);

/** Pipelines set CI to `true` or to a name of their own. */
export function isPipeline(CI: string | undefined): boolean {
  return CI !== undefined && CI !== '' && !NO.has(CI.toLowerCase());
}
