import { mkdir, open, stat, truncate, type FileHandle } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { planDigest, type OpenRecord } from '../api/begin-record.ts';
import { limit } from '../lib/limit.ts';
import { printable } from '../lib/printable.ts';
import { UsageError } from '../model/errors.ts';
import type { RecordSink } from '../model/record.ts';
import { readRecordText, RecordLines, type RecordText } from '../record/record-text.ts';
import { codeOf, readText, writeFailure } from './disk.ts';
import type { Io } from './io.ts';
import type { Reporter } from './reporter.ts';

/** A new record of a run, and its path once known. */
export interface NewRecord {
  readonly open: OpenRecord;
  readonly path: () => string | undefined;
}

/**
 * The file of `--record`: a new file, or a new file in a directory, named by time and plan (docs/design/contract.md
 * §15).
 * @throws UsageError if the file exists.
 */
export async function newRecord(given: string, io: Io): Promise<NewRecord> {
  const target = resolve(io.cwd, given);
  const isFolder = given.endsWith('/') || (await isDirectory(target));
  if (!isFolder && (await exists(target))) throw taken(given);
  let path: string | undefined;
  return {
    path: () => path,
    open: async (plan) => {
      path = isFolder ? join(given, `adc-record-${stamp()}-${planDigest(plan)}.jsonl`) : given;
      return openNew(resolve(io.cwd, path), path, io);
    },
  };
}

/** An existing record, and a sink to append to it. */
export interface ExistingRecord extends RecordText {
  readonly open: () => Promise<RecordSink>;
}

/**
 * Reads a record, and warns of a last entry that is incomplete.
 * @throws UsageError if the file cannot be read, or is not a valid record.
 */
export async function readRecord(
  given: string,
  { io, tell }: Pick<Reporter, 'io' | 'tell'>,
): Promise<ExistingRecord> {
  const { validate } = await import('../generated/validate-record.mjs');
  const path = resolve(io.cwd, given);
  const text = await readText(path, 'record', 'Write records with adc sync --record.');
  const record = readRecordText(text, printable(given), validate);
  if (record.isCut)
    tell(`warning: the last entry of the record "${printable(given)}" is incomplete, and is ignored`);
  return {
    ...record,
    open: async () => {
      try {
        if (record.isCut) await truncate(path, record.bytes);
        return sinkOf(await open(path, 'a'), new RecordLines(hideOf(io), record.digest), given);
      } catch (error) {
        throw writeFailure(given, error);
      }
    },
  };
}

async function openNew(path: string, given: string, io: Io): Promise<RecordSink> {
  const failed = (error: unknown): never => {
    throw writeFailure(given, error);
  };
  await mkdir(dirname(path), { recursive: true }).catch(failed);
  const file = await open(path, 'wx', 0o600).catch((error: unknown) => {
    if (codeOf(error) === 'EEXIST') throw taken(given);
    return failed(error);
  });
  return sinkOf(file, new RecordLines(hideOf(io)), given);
}

/** A sink that writes entries in order, and flushes each to the disk. */
function sinkOf(file: FileHandle, lines: RecordLines, given: string): RecordSink {
  const oneByOne = limit(1);
  return {
    close: () => file.close(),
    append: async (entry) =>
      oneByOne(async () => {
        try {
          await file.appendFile(lines.next(entry));
          await file.datasync();
        } catch (error) {
          throw writeFailure(given, error);
        }
      }),
  };
}

function hideOf({ hidden }: Io): (text: string) => string {
  return (text) => hidden?.hide(text) ?? text;
}

function taken(given: string): UsageError {
  return new UsageError(`"${printable(given)}" exists; a record is never overwritten`, {
    hint: 'Name a new file, or a directory. Nothing was sent.',
  });
}

async function isDirectory(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isDirectory() ?? false;
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined;
}

/** `20261207T101500Z` */
function stamp(): string {
  return new Date().toISOString().replaceAll(/[-:]|\.\d+/g, '');
}
