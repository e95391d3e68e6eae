import { stringify } from 'yaml';
import type { JsonObject } from '../../src/model/product.ts';
import type { Played, Scenario, Told } from './scenario.ts';
import type { Written } from './write-log.ts';

/**
 * The transcript of a scenario: each command with its output, its exit code and its writes. Addresses and times are
 * replaced by stable text; lines of standard error begin with `! `. In writes, names in braces replace ids, and only
 * changed fields are shown.
 */
export function transcript({ says }: Scenario, { told, url, names }: Played): string {
  const page = [`# ${says}`, ...told.map((one) => commandText(one, names))].join('\n\n');
  const stable = page.replaceAll(url, 'http://dashboard.example.com').replaceAll(/\b\d+ ms\b/g, 'N ms');
  return `${stable}\n`;
}

function commandText({ command, out, err, exitCode, writes }: Told, names: Names): string {
  const said = [...lines(out), ...lines(err).map((line) => `! ${line}`.trimEnd())];
  return [
    `$ adc ${command}`,
    ...said,
    `[exit ${exitCode}]`,
    ...writes.map((one) => writeText(one, names)),
  ].join('\n');
}

type Names = ReadonlyMap<string, string>;

function lines(text: string): readonly string[] {
  return text === '' ? [] : text.replace(/\n$/, '').split('\n');
}

function writeText({ method, path, status, changed, kept }: Written, names: Names): string {
  const body = Object.keys(changed).length === 0 ? '' : stringify(shortened(changed), { lineWidth: 0 });
  const rest = kept === 0 ? [] : [`(and ${kept} field${kept === 1 ? '' : 's'} as they were)`];
  const block = [...lines(body), ...rest].map((line) => `       ${line}`);
  return named([`  >> ${method} ${path} ${status}`, ...block].join('\n'), names);
}

function named(text: string, names: Names): string {
  return [...names].reduce((so, [id, name]) => so.replaceAll(id, `{${name}}`), text);
}

function shortened({ raw_openapi, ...fields }: JsonObject): JsonObject {
  if (typeof raw_openapi !== 'string') return fields;
  return { ...fields, raw_openapi: `(${lines(raw_openapi).length} lines of OpenAPI)` };
}
