/** How often a property is tried: `ADC_TEST_RUNS=20` makes it twenty times as often, for a longer campaign. */
export function runs(usually: number): { readonly numRuns: number } {
  const factor = Number(process.env.ADC_TEST_RUNS ?? '1');
  return { numRuns: Math.ceil(usually * factor) };
}
