import { fieldsOf } from '../../model/field-table.ts';
import { labelOf, OWNERSHIP_LABEL, ownershipOf } from '../../model/ownership.ts';
import type { FileAt } from '../../model/document.ts';
import type { LiveProduct } from '../../model/live.ts';
import type { FieldName, Json, JsonObject, Labels } from '../../model/product.ts';
import { fitsFile } from '../unsafe-text.ts';
import { writtenField } from '../written-field.ts';
import { authEdits } from './auth-edits.ts';
import type { Declaration, Surroundings } from './declaration.ts';
import { isObject } from '../../json/value.ts';
import type { Edit } from './edit.ts';
import { linkEdits } from './link-edits.ts';
import { notificationEdits } from './notification-edits.ts';
import { setTo, textListEdits, textMapEdits } from './set-edits.ts';
import { INCLUDES, type Standing } from './standing.ts';

/**
 * Why a field that differs is left as it stands in the file: its value comes from a variable; it is part of something
 * that other places share; something else would change with it; no file can hold what is live; several products include one file and do not agree; the files would have a mistake; a type
 * can not change in place, which leaves the whole product.
 */
export type WhyLeft = 'variable' | 'shared' | 'inseparable' | 'unfit' | 'shared-file' | 'invalid' | 'type';

/** What becomes of a declared field that is not as it is on the portal. */
export type FieldUpdate =
  | { readonly field: FieldName; readonly edits: readonly Edit[] }
  | { readonly field: FieldName; readonly include: FileAt; readonly content: string | Uint8Array }
  | { readonly field: FieldName | 'type'; readonly left: WhyLeft; readonly mistake?: string };

/** What becomes of one declared product. */
export interface ProductUpdate {
  readonly standing: Standing;
  readonly product: string;
  /** Whether it is to be updated; others are there for the files that they share with those that are. */
  readonly chosen: boolean;
  /** The live product that it means, if there is one. */
  readonly live: LiveProduct | undefined;
  readonly fields: readonly FieldUpdate[];
}

/**
 * What brings the fields that a file declares to what is live, with as few changes as can be. Fields that it does not
 * declare stay undeclared, and so does what the server does not give back.
 */
export function productUpdate(one: Declaration, around: Surroundings): readonly FieldUpdate[] {
  if (one.written['type'] !== one.live.type) return [{ field: 'type', left: 'type' }];
  return fieldsOf(one.live.type)
    .filter((name) => isDeclared(name, one) && isComparable(name, one, around))
    .filter((name) => differs(name, one, around))
    .map((name) => fieldUpdate(name, one, around));
}

function isDeclared(name: FieldName, { written }: Declaration): boolean {
  // By its name a product is found, unless an id says which one it is.
  if (name === 'name') return Object.hasOwn(written, 'id');
  return Object.hasOwn(written, name) || Object.hasOwn(written, INCLUDES[name] ?? name);
}

function isComparable(
  name: FieldName,
  { live }: Declaration,
  { keepsExternalLabels }: Surroundings,
): boolean {
  if (live.unreadable.includes(name)) return false;
  return name !== 'labels' || live.type === 'gateway' || keepsExternalLabels;
}

function differs(name: FieldName, one: Declaration, { same }: Surroundings): boolean {
  const declared = one.fields[name];
  const live = name === 'labels' ? wantedLabels(one) : one.live.fields[name];
  return declared === undefined || !same(name, declared, live);
}

function fieldUpdate(name: FieldName, one: Declaration, around: Surroundings): FieldUpdate {
  const include = one.includes[name];
  if (include !== undefined) return includedUpdate(name, include, one);
  const edits = fieldEdits(name, one, around);
  const fromVariable = name !== 'raw_openapi' && edits.some((edit) => touchesVariable(edit, one));
  return fromVariable ? { field: name, left: 'variable' } : { field: name, edits };
}

function fieldEdits(name: FieldName, one: Declaration, around: Surroundings): readonly Edit[] {
  const { path, live } = one;
  const editor = EDITORS[name];
  if (editor) return editor(one, around);
  return [setTo([...path, name], writtenField(name, live.fields[name], { ...around, withDefaults: true }))];
}

type Editor = (one: Declaration, around: Surroundings) => readonly Edit[];

/** Fields of several parts, and OpenAPI texts, in which nothing is a variable; all others are set as a whole. */
const EDITORS: { readonly [Name in FieldName]?: Editor } = {
  auth: authEdits,
  linked_gateway_services: linkEdits,
  notifications: notificationEdits,
  labels: labelEdits,
  server_urls: ({ path, written, live }) =>
    textListEdits([...path, 'server_urls'], written['server_urls'], live.fields.server_urls),
  raw_openapi: ({ path, live }) => [
    { op: 'set', path: [...path, 'raw_openapi'], value: live.fields.raw_openapi },
  ],
};

function labelEdits(one: Declaration): readonly Edit[] {
  const [path, written, wanted] = [[...one.path, 'labels'], one.written['labels'], wantedLabels(one)];
  return isObject(written) ? textMapEdits(path, written, wanted) : [setTo(path, wanted)];
}

/** The ownership label is `sync`'s own: it counts as the file has it (contract §5). */
function wantedLabels({ live, fields }: Declaration): Labels {
  const { [OWNERSHIP_LABEL]: _, ...labels } = live.fields.labels;
  const declared = labelOf(fields.labels ?? {}, OWNERSHIP_LABEL);
  if (declared !== undefined) return { ...labels, [OWNERSHIP_LABEL]: declared };
  return ownershipOf(live.fields.labels).managed ? labels : live.fields.labels;
}

function includedUpdate(name: FieldName, include: FileAt, { live }: Declaration): FieldUpdate {
  const value = live.fields[name] as string;
  const content = name === 'logo' ? Buffer.from(value, 'base64') : value;
  const fits = typeof content === 'string' ? fitsFile(content) : content.toString('base64') === value;
  return fits && value !== '' ? { field: name, include, content } : { field: name, left: 'unfit' };
}

/** Whether an edit would take away, or write over, something that a variable fills (contract §2). */
function touchesVariable({ op, path }: Edit, one: Declaration): boolean {
  return op !== 'append' && hasVariable(valueAt(one.raw, path.slice(one.path.length)));
}

function valueAt(value: Json | undefined, path: Edit['path']): Json | undefined {
  return path.reduce<Json | undefined>((part, step) => {
    if (typeof part !== 'object' || part === null || !Object.hasOwn(part, step)) return undefined;
    return (part as JsonObject)[step];
  }, value);
}

function hasVariable(value: Json | undefined): boolean {
  if (typeof value === 'string') return value.replaceAll('\\${', '').includes('${');
  return typeof value === 'object' && value !== null && Object.values(value).some(hasVariable);
}
