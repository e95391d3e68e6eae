import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { dump } from 'js-yaml';
import { bundled } from '../bundled.js';
import { inTurn, run } from '../node-process.js';

const upTo = (count, make) => Array.from({ length: count }, (_, index) => make(index));

/** A document with two operations and a schema with twenty properties for each resource: about 1.6 KB of YAML. */
function document(resources, maxLength) {
  const named = upTo(resources, (index) => `Resource${index}`);
  const body = (name) => ({
    content: { 'application/json': { schema: { $ref: `#/components/schemas/${name}` } } },
  });
  const operations = (name) => ({
    get: { operationId: `get${name}`, responses: { 200: { description: 'The resource', ...body(name) } } },
    post: {
      operationId: `post${name}`,
      requestBody: body(name),
      responses: { 201: { description: 'Created' } },
    },
  });
  const schema = (index) => ({
    type: 'object',
    required: ['field0', 'field1'],
    properties: Object.fromEntries(
      upTo(20, (field) => [`field${field}`, { type: 'string', description: `Field ${field}`, maxLength }]),
    ),
    description: `Resource number ${index}`,
  });
  return {
    openapi: '3.1.0',
    info: { title: 'Many resources', version: '1' },
    paths: Object.fromEntries(named.map((name) => [`/${name}`, operations(name)])),
    components: { schemas: Object.fromEntries(named.map((name, index) => [name, schema(index)])) },
  };
}

async function measured(resources, { runs, folder }) {
  const script = await bundled('openapi-diff', folder);
  for (const [side, maxLength] of Object.entries({ before: 80, after: 90 })) {
    const value = document(resources, maxLength);
    await writeFile(join(folder, `${side}.yaml`), dump(value));
    await writeFile(join(folder, `${side}.json`), JSON.stringify(value));
  }
  const outputOf = async (kind) => {
    const { out, mib, ms } = await run([script, `before.${kind}`, `after.${kind}`], { cwd: folder });
    return { ...JSON.parse(out), mib, ms };
  };
  const { subject, floor } = await inTurn(
    runs,
    () => outputOf('yaml'),
    () => outputOf('json'),
  );
  return [
    { measure: 'CPU', value: subject.all, floor: floor.all, unit: 'ms', most: { times: 2.5 } },
    { measure: 'peak memory', value: subject.mib, floor: floor.mib, unit: 'MiB' },
  ];
}

const row = (name, size, resources, runs) => ({
  name,
  work: `compare two OpenAPI documents of ${size} in YAML, every schema changed`,
  runs,
  measure: (bench) => measured(resources, bench),
});

export const OPENAPI_ROWS = [
  row('openapi-diff-1', '800 KB', 410, 5),
  row('openapi-diff-4', '4 MB', 2050, 3),
  row('openapi-diff-13', '13 MB', 6600, 3),
];
