/** Who writes a value: `input` is what callers send, `output` what they get. */
export type Role = 'input' | 'output';

export const BOTH: readonly Role[] = ['input', 'output'];
export const INPUT: readonly Role[] = ['input'];
export const OUTPUT: readonly Role[] = ['output'];
export const NEITHER: readonly Role[] = [];
