import { isObject } from '../json/value.ts';
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { Table, TableName, World } from './world.ts';

const FORMAT = 'adc/emulator-state';
const FORMAT_VERSION = 1;

/**
 * Reads what an earlier run kept into an empty world.
 * @returns false if there is no such file.
 * @throws Error if the file is not what writeState writes.
 */
export function readState(world: World, file: string): boolean {
  if (!existsSync(file)) return false;
  const state = parseState(file);
  for (const name of tableNames(world)) fill(world, name, state.tables[name] ?? [], file);
  world.now = state.now;
  for (const [table, last] of Object.entries(state.last_ids)) world.lastIds.set(table, last);
  return true;
}

/** Writes all rows: to a file beside it first, so that the old state is never half overwritten. */
export function writeState(world: World, file: string): void {
  const tables = Object.fromEntries(tableNames(world).map((name) => [name, world.tables[name].all()]));
  const last_ids = Object.fromEntries(world.lastIds);
  const state = { format: FORMAT, format_version: FORMAT_VERSION, now: world.now, last_ids, tables };
  const temporary = `${file}.${process.pid}.tmp`;
  const descriptor = openSync(temporary, 'w', 0o600);
  try {
    writeFileSync(descriptor, JSON.stringify(state));
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  renameSync(temporary, file);
}

interface State {
  readonly now: number;
  readonly last_ids: Readonly<Record<string, number>>;
  readonly tables: Readonly<Record<string, readonly unknown[]>>;
}

function parseState(file: string): State {
  const text = readFileSync(file, 'utf8');
  let state: unknown;
  try {
    state = JSON.parse(text);
  } catch (error) {
    throw notState(file, 'it is no JSON', error);
  }
  if (!isState(state)) throw notState(file, `it is not of format ${FORMAT} ${FORMAT_VERSION}`);
  return state;
}

function isState(value: unknown): value is State {
  if (!isObject(value) || value['format'] !== FORMAT || value['format_version'] !== FORMAT_VERSION) {
    return false;
  }
  const { now, last_ids: ids, tables } = value;
  return (
    typeof now === 'number' &&
    isObject(ids) &&
    Object.values(ids).every((id) => typeof id === 'number') &&
    isObject(tables) &&
    Object.values(tables).every(Array.isArray)
  );
}

function fill(world: World, name: TableName, rows: readonly unknown[], file: string): void {
  for (const row of rows) {
    if (!isObject(row) || typeof row['id'] !== 'string') throw notState(file, `a row of ${name} has no id`);
    // The outline is checked; the rest of a row is as writeState wrote it.
    (world.tables[name] as Table<unknown>).put(row);
  }
}

function tableNames(world: World): readonly TableName[] {
  return Object.keys(world.tables) as TableName[];
}

function notState(file: string, reason: string, cause?: unknown): Error {
  return new Error(`${file} does not hold the state of an embedded Admin API: ${reason}`, { cause });
}
