import { Argument, InvalidArgumentError, Option } from 'commander';
import { nearest } from '../lib/nearest.ts';
import { messageOf, UsageError } from '../model/errors.ts';

/** Variables that a `.env` file may set. It cannot disable TLS verification. */
export const IN_ENV_FILE = [
  'ADC_SERVER',
  'ADC_TOKEN',
  'ADC_TOKEN_FILE',
  'ADC_PORTAL',
  'ADC_OWNER',
  'ADC_DIALECT',
  'ADC_AUTH_SCHEME',
  'ADC_TIMEOUT',
  'ADC_REQUEST_CONCURRENT',
  'ADC_CA_CERT_FILE',
  'ADC_TLS_CLIENT_CERT_FILE',
  'ADC_TLS_CLIENT_KEY_FILE',
] as const;

/** An environment variable that sets an option. */
export type Variable =
  | (typeof IN_ENV_FILE)[number]
  | 'ADC_TLS_SKIP_VERIFY'
  | 'ADC_CONFIG'
  | 'ADC_ENV'
  | 'ADC_PORTAL_SERVER';

/**
 * The values of an option, and their source: adc does not trust a source that a pull request can change
 * (docs/design/contract.md §3).
 */
export interface Given {
  readonly source: 'flag' | 'environment' | 'env-file';
  /** The last value counts, except for repeatable options. */
  readonly texts: readonly string[];
}

/** An option of a command. `read` returns the value that the command gets. */
export interface OptionSpec<Value> {
  /** `-f, --file <path...>` */
  readonly flags: string;
  readonly about: string;
  /** The heading in the help; `Options:` by default. */
  readonly group?: string;
  /** The environment variable of the option. */
  readonly env?: Variable | 'ADC_ENV_FILE';
  /** The default in the help. */
  readonly fallback?: string;
  readonly choices?: readonly string[];
  /** Whether the option is repeatable. */
  readonly repeats?: boolean;
  /** Whether help, reference and completion omit it. */
  readonly hidden?: boolean;
  /** @throws UsageError with the name of the option or variable. */
  readonly read: (given: Given | undefined) => Value;
}

export type OptionSpecs = Readonly<Record<string, OptionSpec<unknown>>>;

export type Values<Specs extends OptionSpecs> = {
  readonly [Name in keyof Specs]: Specs[Name] extends OptionSpec<infer Value> ? Value : never;
};

type Shown = Pick<OptionSpec<unknown>, 'env' | 'fallback'>;
type Fallback = Shown & { readonly fallback: string };

/** A text; undefined if it is not given. `fallback` is only for the help. */
export function text(flags: string, about: string, shown: Shown = {}): OptionSpec<string | undefined> {
  return { flags, about, ...shown, read: (given) => given?.texts.at(-1) };
}

/** The texts of `<name...>`, or of a repeated option. `fallback` is only for the help. */
export function list(flags: string, about: string, shown: Shown = {}): OptionSpec<readonly string[]> {
  return { flags, about, ...shown, repeats: true, read: (given) => given?.texts ?? [] };
}

/** The parsed texts of a list. @throws UsageError with the message of an error of `parse`. */
export function parsedList<Value>(
  flags: string,
  about: string,
  parse: (text: string) => Value,
): OptionSpec<readonly Value[]> {
  const texts = list(flags, about);
  return { ...texts, read: (given) => texts.read(given).map((text) => asUsageError(() => parse(text))) };
}

/** Turns any error of `read` into a UsageError with the same message. */
export function asUsageError<Value>(read: () => Value): Value {
  try {
    return read();
  } catch (error) {
    throw new UsageError(messageOf(error), { cause: error });
  }
}

/** A boolean. Default: false, or true for `--no-name`. A variable can also have the value `false`, `0` or `no`. */
export function flag(flags: string, about: string, shown: Shown = {}): OptionSpec<boolean> {
  const read = (given: Given | undefined): boolean => {
    const word = given?.texts.at(-1)?.toLowerCase() ?? String(flags.startsWith('--no-'));
    if (['false', '0', 'no'].includes(word)) return false;
    if (['true', '1', 'yes'].includes(word)) return true;
    throw invalid(flags, shown, given, 'be true or false');
  };
  return { flags, about, ...shown, read };
}

/** One of the choices. */
export function choice<const Choice extends string>(
  flags: string,
  about: string,
  choices: readonly Choice[],
  shown: Shown & { readonly fallback: Choice },
): OptionSpec<Choice> {
  const read = (given: Given | undefined): Choice => {
    const word = given?.texts.at(-1) ?? shown.fallback;
    const found = choices.find((one) => one === word);
    if (found !== undefined) return found;
    const near = nearest(word, choices);
    const hint = near === undefined ? undefined : `Did you mean ${near}?`;
    throw invalid(flags, shown, given, `be one of ${choices.join(', ')}`, hint);
  };
  return { flags, about, ...shown, choices, read };
}

/** An option that is undefined if it is not given. `fallback` is only for the help. */
export function optional<Value>(spec: OptionSpec<Value>, fallback: string): OptionSpec<Value | undefined> {
  return { ...spec, fallback, read: (given) => given && spec.read(given) };
}

/** A whole number from `least` to `most`. */
export function count(
  flags: string,
  about: string,
  [least, most]: readonly [number, number],
  shown: Fallback,
): OptionSpec<number> {
  const read = (given: Given | undefined): number => {
    const number = Number(/^\s*\d{1,9}\s*$/.exec(given?.texts.at(-1) ?? shown.fallback)?.[0] ?? NaN);
    if (number >= least && number <= most) return number;
    throw invalid(flags, shown, given, `be a whole number from ${least} to ${most}`);
  };
  return { flags, about, ...shown, read };
}

const DAY = 86_400_000;

/** A time such as `10s`, `500ms` or `1h10m`, in milliseconds, from `least` to a day. */
export function duration(flags: string, about: string, shown: Fallback, least = 1): OptionSpec<number> {
  const read = (given: Given | undefined): number => {
    const ms = milliseconds((given?.texts.at(-1) ?? shown.fallback).trim());
    if (ms >= least && ms <= DAY) return ms;
    throw invalid(flags, shown, given, 'be a time such as 10s, 500ms or 1h10m');
  };
  return { flags, about, ...shown, read };
}

const UNITS: ReadonlyMap<string, number> = new Map([
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1_000],
  ['ms', 1],
]);

/** Milliseconds of a text such as `1h10m`, largest unit first, or of a number of seconds; NaN for any other text. */
function milliseconds(text: string): number {
  if (/^\d+(?:\.\d+)?$/.test(text)) return Number(text) * 1_000;
  const N = String.raw`\d+(?:\.\d+)?`;
  if (!new RegExp(`^(?=.)(?:${N}h)?(?:${N}m)?(?:${N}s)?(?:${N}ms)?$`).test(text)) return NaN;
  const parts = [...text.matchAll(/([\d.]+)([a-z]+)/g)];
  return parts.reduce((sum, [, number, unit]) => sum + Number(number) * (UNITS.get(unit ?? '') ?? NaN), 0);
}

function invalid(
  flags: string,
  { env }: Shown,
  given: Given | undefined,
  rule: string,
  hint?: string,
): UsageError {
  const name = given?.source === 'flag' || env === undefined ? longName(flags) : env;
  const where = given === undefined ? name : `${name} is ${JSON.stringify(given.texts.at(-1))}; it`;
  return new UsageError(`${where} must ${rule}`, hint === undefined ? {} : { hint });
}

/** `--file` of `-f, --file <path...>`. */
export function longName(flags: string): string {
  return /--[\w-]+/.exec(flags)?.[0] ?? flags;
}

/** The options with a heading for the help. */
export function group<const Specs extends OptionSpecs>(heading: string, specs: Specs): Specs {
  const entries = Object.entries(specs).map(([name, spec]) => [name, { ...spec, group: heading }]);
  return Object.fromEntries(entries) as Specs;
}

/** The commander option, without its variable: commander would read the real process, and no `.env` file. */
export function commanderOption(spec: OptionSpec<unknown>): Option {
  const { flags, group, choices, repeats, hidden } = spec;
  const option = new Option(flags, described(spec)).hideHelp(hidden === true);
  if (group !== undefined) option.helpGroup(group);
  if (choices !== undefined) return option.choices(choices).argParser(oneOf(choices));
  if (repeats === true && !option.variadic)
    option.argParser((one: string, before: readonly string[] | undefined) => [...(before ?? []), one]);
  return option;
}

/** `API dialect (choices: auto, path, query; default: auto; env: ADC_DIALECT)` */
function described({ flags, about, choices, fallback, env, repeats }: OptionSpec<unknown>): string {
  const isRepeatable = repeats === true && !new Option(flags).variadic;
  const parts = { choices: choices?.join(', '), default: fallback, env };
  const named = Object.entries(parts).flatMap(([name, part]) =>
    part === undefined ? [] : [`${name}: ${part}`],
  );
  const more = [...(isRepeatable ? ['repeatable'] : []), ...named];
  return more.length === 0 ? about : `${about} (${more.join('; ')})`;
}

/** An argument that is one of the choices. */
export function choiceArgument(name: string, about: string, choices: readonly string[]): Argument {
  return new Argument(name, about).choices(choices).argParser(oneOf(choices));
}

/**
 * Accepts one of the choices. The error for another word lists them, with the nearest one, as commander does for
 * commands and options (docs/design/contract.md §3.2).
 */
function oneOf(choices: readonly string[]): (word: string) => string {
  return (word) => {
    if (choices.includes(word)) return word;
    const near = nearest(word, choices);
    const suggestion = near === undefined ? '' : `\n(Did you mean ${near}?)`;
    throw new InvalidArgumentError(`Allowed choices are ${choices.join(', ')}.${suggestion}`);
  };
}
