import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { isSecretVariable } from '../../src/model/config.ts';
import type { CheckedFiles } from './checked-files.ts';
import { checkedFiles } from './checked-files.ts';

/** Product files that each show one feature or one error. The bad files have a golden file with their diagnostics. */
export const CORPUS = fileURLToPath(new URL('../corpus', import.meta.url));

const ENV = {
  good: {},
  bad: { TEXT: 'not one of them', EMPTY: '', UE: 'ue', ADC_TOKEN: 'a7ee-secret' },
} as const;

export type Side = keyof typeof ENV;

export const filesOf = (side: Side | 'config'): readonly string[] =>
  readdirSync(`${CORPUS}/${side}`).filter((name) => /\.(yaml|json)$/.test(name));

/** Checks files of the corpus as `lint` does. */
export function checkedCorpus(side: Side, ...names: readonly string[]): Promise<CheckedFiles> {
  const guard = { refuses: isSecretVariable, holdsToken: () => false };
  const environments = ['staging', 'production'];
  const input = { environment: 'staging', environments, env: ENV[side], guard };
  return checkedFiles({ patterns: names, cwd: `${CORPUS}/${side}`, ...input });
}
