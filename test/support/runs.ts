/**
 * How often a property is tried: half as often as usual in the ordinary tests, so that they stay quick; `ADC_TEST_RUNS=1` as
 * often as usual, as for planted faults, and `ADC_TEST_RUNS=20` twenty times as often.
 */
export function runs(usually: number): { readonly numRuns: number } {
  const factor = Number(process.env.ADC_TEST_RUNS ?? '0.5');
  return { numRuns: Math.ceil(usually * factor) };
}
