import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { expect, test } from 'vitest';
import { cycles } from '../../src/lib/graph.ts';

/** The folders of src that each folder may import, in addition to itself. A stage never imports another stage. */
const FLOORS = ['model', 'lib', 'generated', 'json', 'yaml', 'openapi'];
const STAGE = [...FLOORS, 'fields'];
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  lib: [],
  json: ['model', 'lib'],
  yaml: ['json', 'model', 'lib'],
  openapi: ['json', 'yaml', 'model', 'lib'],
  generated: [],
  model: ['lib', 'generated', 'json'],
  fields: FLOORS,
  load: STAGE,
  validate: STAGE,
  admin: STAGE,
  resolve: STAGE,
  diff: STAGE,
  plan: STAGE,
  execute: STAGE,
  report: STAGE,
  dump: STAGE,
  init: STAGE,
  preflight: STAGE,
  record: STAGE,
  restore: STAGE,
  // Tests use the emulator to check the writes of the program, so it must not share the field table.
  emulator: FLOORS,
  page: FLOORS,
  api: [
    ...STAGE,
    'load',
    'validate',
    'admin',
    'resolve',
    'diff',
    'plan',
    'execute',
    'dump',
    'preflight',
    'record',
    'restore',
  ],
  // The second composition root: the portal is copied into the emulator, and the plan is applied there.
  preview: [...STAGE, 'admin', 'resolve', 'report', 'emulator', 'api'],
  cli: [
    ...STAGE,
    'admin',
    'plan',
    'execute',
    'report',
    'dump',
    'init',
    'emulator',
    'page',
    'api',
    'load',
    'preview',
    'record',
    'restore',
  ],
  '.': ['model', 'dump', 'api'],
};

/** The only folders that may use the disk, the network or the process, and the packages that only one folder may import. */
const TOUCHES: Readonly<Record<string, readonly string[]>> = {
  'node:fs': ['load', 'cli', 'emulator', 'page'],
  'node:fs/promises': ['load', 'cli', 'emulator', 'page'],
  'node:http': ['emulator', 'page'],
  'node:https': ['emulator'],
  'node:tls': ['admin', 'emulator'],
  'node:net': ['admin', 'emulator', 'page'],
  'node:readline/promises': ['cli'],
  undici: ['admin'],
  commander: ['cli'],
  chalk: ['report'],
};

const SRC = new URL('../../src/', import.meta.url).pathname;
const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
const imports = files.flatMap((file) => importsOf(file).map((target) => ({ file, target })));

function importsOf(file: string): readonly string[] {
  const text = readFileSync(join(SRC, file), 'utf8');
  return [...text.matchAll(/(?:\bfrom|\bimport\(|^import)\s*'([^']+)'/gm)].map(([, target]) => target ?? '');
}

const folderOf = (file: string): string =>
  file.split('/').at(-2) === undefined ? '.' : (file.split('/')[0] ?? '.');
const inside = (file: string, target: string): string => normalize(join(dirname(file), target));

test('a stage imports only the base layers below it', () => {
  const violations = imports
    .filter(({ target }) => target.startsWith('.') && target.endsWith('.ts'))
    .map(({ file, target }) => ({ file, from: folderOf(file), to: folderOf(inside(file, target)) }))
    .filter(({ from, to }) => from !== to && !(MAY_IMPORT[from] ?? []).includes(to));
  expect(violations).toEqual([]);
});

test('only the allowed folders use the disk, the network and the process', () => {
  const violations = imports.filter(
    ({ file, target }) => TOUCHES[target] && !TOUCHES[target].includes(folderOf(file)),
  );
  expect(violations).toEqual([]);
});

test('browser code imports only browser code and the types of the page', () => {
  const violations = imports.filter(
    ({ file, target }) =>
      file.startsWith('page/browser/') &&
      !inside(file, target).startsWith('page/browser/') &&
      !/^model\/portal-view\.ts$/.test(inside(file, target)) &&
      target !== 'diff',
  );
  expect(violations).toEqual([]);
});

test('no file is part of an import cycle', () => {
  const graph = new Map(files.map((file) => [file, new Set<string>()]));
  for (const { file, target } of imports)
    if (target.startsWith('.')) graph.get(file)?.add(inside(file, target));
  expect(cycles(files, graph)).toEqual([]);
});

test('every folder of src has a rule', () => {
  expect(files.map(folderOf).filter((folder) => MAY_IMPORT[folder] === undefined)).toEqual([]);
});
