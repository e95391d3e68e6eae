import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Emulator } from '../emulator/start-emulator.ts';
import { EXAMPLES } from '../generated/examples.ts';
import { printable } from '../lib/printable.ts';
import { OperationalError } from '../model/errors.ts';
import { EXIT } from './exit-codes.ts';
import { ioWith, type Io } from './io.ts';
import { schemaAddress } from './dumped.ts';
import { writeFiles } from './staged-files.ts';

/** The applications of the default seed: one subscribes, the other waits for approval. */
const [SUBSCRIBER, APPLICANT] = ['shop', 'mobile'] as const;

/**
 * Applies the files of an example to the portal, and subscribes two applications to each published gateway product.
 * @throws OperationalError with what `sync` printed, e.g. if the seed lacks the services of the example.
 */
export async function applyExample(name: string, { url, token, store }: Emulator, io: Io): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'adc-example-'));
  try {
    await writeFiles(folder, EXAMPLES[name] ?? [], { force: false });
    let output = '';
    const keep = (text: string): void => void (output += text);
    const env = { ADC_SERVER: url, ADC_TOKEN: token };
    const words = ['sync', '--file', folder, '--request-concurrent', '1'];
    const exitCode = await io.run?.(
      words,
      ioWith(io, { env, cwd: folder, out: keep, err: keep, interactive: false }),
    );
    if (exitCode !== EXIT.done)
      throw new OperationalError(`the example "${name}" cannot be applied:\n${output}`);
  } finally {
    await rm(folder, { recursive: true });
  }
  for (const { id, type, fields } of store.products) {
    if (type !== 'gateway' || fields.status !== 'published') continue;
    store.subscribeActively(SUBSCRIBER, id);
    store.subscribe(APPLICANT, id);
  }
}

/** Writes the files of an example into the working directory, except those that exist. @returns a line for each file. */
export async function writeExample(name: string, { cwd }: Io): Promise<string> {
  const files = (EXAMPLES[name] ?? []).map(({ path, content }) => ({
    path,
    content: content.replace(/(?<=^# yaml-language-server: \$schema=).*/, schemaAddress(cwd, dirname(path))),
    exists: existsSync(join(cwd, path)),
  }));
  await writeFiles(
    cwd,
    files.filter(({ exists }) => !exists),
    { force: false },
  );
  return files.map(({ path, exists }) => `${exists ? 'kept ' : 'wrote'} ${printable(path)}\n`).join('');
}
