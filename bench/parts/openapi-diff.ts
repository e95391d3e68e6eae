import { readFileSync } from 'node:fs';
import { compare } from '../../src/diff/compare.ts';

/** Compares two OpenAPI documents like `diff`. Prints the number of changes and the CPU time in milliseconds. */
const [before = '', after = ''] = process.argv.slice(2).map((file) => readFileSync(file, 'utf8'));
const start = process.cpuUsage();
const { changes } = compare({ raw_openapi: after }, { raw_openapi: before }, {
  service: String,
  template: String,
} as unknown as Parameters<typeof compare>[2]);
const { user, system } = process.cpuUsage(start);
console.log(JSON.stringify({ found: changes[0]?.openapi?.length ?? 0, all: (user + system) / 1000 }));
