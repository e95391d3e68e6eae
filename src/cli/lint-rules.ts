import { nearest } from '../lib/nearest.ts';
import type { Severity } from '../model/diagnostic.ts';
import { DIAGNOSTIC_CODES, isAdjustable, isCode } from '../model/diagnostic-codes.ts';
import { UsageError } from '../model/errors.ts';
import type { LintRules } from '../model/lint-rules.ts';
import type { Flags } from './settings.ts';

const LEVELS = ['off', 'info', 'warning'] as const;

/** What `--strict` and `--rule code=level` ask for. @throws UsageError for a code or level that can not be given. */
export function lintRulesOf(flags: Flags): LintRules {
  const given = Array.isArray(flags['rule']) ? flags['rule'].map(String) : [];
  return { levels: new Map(given.map(ruleOf)), strict: flags['strict'] === true };
}

function ruleOf(text: string): readonly [string, Severity | 'off'] {
  const [code = '', word, ...more] = text.split('=');
  const level = LEVELS.find((one) => one === word);
  if (!isCode(code)) throw unknownCode(code);
  if (!isAdjustable(code)) throw notAdjustable(code);
  if (level === undefined || more.length > 0) throw badLevel(text, code);
  return [code, level];
}

function unknownCode(code: string): UsageError {
  const near = nearest(code, Object.keys(DIAGNOSTIC_CODES));
  const hint =
    near === undefined ? 'docs/reference/diagnostics.md lists the codes.' : `Did you mean ${near}?`;
  return new UsageError(`--rule: there is no code ${JSON.stringify(code)}`, { hint });
}

function notAdjustable(code: string): UsageError {
  return new UsageError(`--rule: ${code} protects the portal and can't be turned down`, {
    hint: 'Fix the problem itself; docs/reference/diagnostics.md says which codes can be turned down.',
  });
}

function badLevel(text: string, code: string): UsageError {
  return new UsageError(`--rule ${JSON.stringify(text)} names no level`, {
    hint: `Write ${LEVELS.map((level) => `${code}=${level}`).join(', ')}.`,
  });
}
