/**
 * How often a property is tried: in the ordinary tests a share of the usual number, which is smaller for laws that take long;
 * `ADC_TEST_RUNS=1` as often as usual, as for planted faults, and `ADC_TEST_RUNS=20` twenty times as often.
 */
export function runs(usually: number, ordinary = 0.5): { readonly numRuns: number } {
  const factor = Number(process.env.ADC_TEST_RUNS ?? ordinary);
  return { numRuns: Math.ceil(usually * factor) };
}
