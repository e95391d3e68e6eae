/**
 * The number of runs of a property: by default, `ordinary` times the usual number (less for slow properties). ADC_TEST_RUNS
 * replaces this factor: planted faults use 1, and 20 runs each property twenty times as often as usual.
 */
export function runs(usually: number, ordinary = 0.5): { readonly numRuns: number } {
  const factor = Number(process.env.ADC_TEST_RUNS ?? ordinary);
  return { numRuns: Math.ceil(usually * factor) };
}
