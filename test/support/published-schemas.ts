import { readdirSync, readFileSync } from 'node:fs';
import { Ajv, type ValidateFunction } from 'ajv';

const FOLDER = new URL('../../schemas/', import.meta.url);

export type Schema = Readonly<Record<string, unknown>> & {
  readonly definitions: Readonly<Record<string, unknown>>;
};

/** The schemas of reports, by command. */
export const REPORT_SCHEMAS: ReadonlyMap<string, Schema> = new Map(
  readdirSync(FOLDER)
    .filter((file) => file.endsWith('-report.schema.json'))
    .map((file) => [file.replace('-report.schema.json', ''), readSchema(file)]),
);

export function readSchema(file: string): Schema {
  return JSON.parse(readFileSync(new URL(file, FOLDER), 'utf8')) as Schema;
}

const ajv = new Ajv({ strict: true, allowUnionTypes: true, allErrors: true });
const validators = new Map<string, ValidateFunction>();

/** The validator of a format, compiled when it is first needed: all of them take a second. */
function validatorOf(format: string): ValidateFunction {
  const schema = REPORT_SCHEMAS.get(format.replace(/^adc\//, ''));
  const found = validators.get(format) ?? (schema && ajv.compile(schema));
  if (found === undefined) throw new Error(`there is no schema of ${JSON.stringify(format)}`);
  validators.set(format, found);
  return found;
}

/**
 * Parses JSON output. @throws if it is not one document, or not valid against the schema of its format
 * (docs/design/contract.md §3.2).
 */
export function validReport(out: string): Readonly<Record<string, unknown>> {
  const document = JSON.parse(out) as Readonly<Record<string, unknown>>;
  const isValid = validatorOf(String(document['format']));
  if (!isValid(document)) throw new Error(`not valid: ${JSON.stringify(isValid.errors)}\n${out}`);
  return document;
}
