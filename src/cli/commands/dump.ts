import { stat } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import type { Dump, DumpFile } from '../../dump/dump.ts';
import { printable } from '../../lib/printable.ts';
import { UsageError } from '../../model/errors.ts';
import { matchesSelector } from '../../model/ownership.ts';
import { dumpPortal } from '../../pipeline/dump-portal.ts';
import { plural } from '../../report/words.ts';
import { labelsOf } from '../connection.ts';
import { EXIT } from '../exit-codes.ts';
import type { Io } from '../io.ts';
import { withAdmin } from '../planning.ts';
import { reporter } from '../reporter.ts';
import { Settings, type Flags } from '../settings.ts';
import { writeFiles } from '../write-files.ts';

const SCHEMA = './node_modules/adc-products/schemas/api-products.schema.json';

/** `adc dump`: the live products as product files; `-o` names a file or a folder (contract §3, §8). */
export async function dump(flags: Flags, io: Io): Promise<number> {
  const report = reporter('dump', flags, io);
  const settings = await Settings.read(flags, io);
  const output = settings.text('output', undefined);
  const folder = output !== undefined && (await isFolder(output, io.cwd));
  const selector = labelsOf(settings.text('labelSelector', undefined));
  const dumped = await withAdmin(settings, io, undefined, (admin) =>
    dumpPortal(admin, {
      withId: flags['withId'] === true,
      withDefaults: flags['withDefaults'] === true,
      layout: folder ? 'folder' : 'one-file',
      schema: SCHEMA,
      include: ({ fields }) => matchesSelector(fields.labels, selector),
    }),
  );
  for (const warning of warnings(dumped)) report.progress(`warning: ${warning}`);
  const force = flags['force'] === true;
  if (output !== undefined) await writeFiles(...placed(dumped, resolve(io.cwd, output), folder), { force });
  const more = { products: dumped.products, files: dumped.files.map(({ path }) => path) };
  report.end({ exitCode: EXIT.done, text: answer(dumped, output), more });
  return EXIT.done;
}

/** An `-o` that ends in a slash or is an existing folder means a folder (contract §3). */
async function isFolder(output: string, cwd: string): Promise<boolean> {
  if (output.endsWith('/')) return true;
  const found = await stat(resolve(cwd, output)).catch(() => undefined);
  return found?.isDirectory() ?? false;
}

/** The root and the files below it; a single file has the name that was asked for. */
function placed({ files }: Dump, path: string, folder: boolean): readonly [string, readonly DumpFile[]] {
  if (folder) return [path, files];
  const [only] = files;
  if (only === undefined) throw new UsageError('there is nothing to write');
  return [dirname(path), [{ path: basename(path), content: only.content }]];
}

function answer({ files, products }: Dump, output: string | undefined): string {
  if (output === undefined) return files.map(({ content }) => content).join('');
  return `${plural(products, 'product')} written to ${printable(output)} (${plural(files.length, 'file')}).\n`;
}

function warnings({ unreadable, commentedOut }: Dump): readonly string[] {
  return [
    ...unreadable.map((name) => `the server does not give back the OpenAPI document of "${printable(name)}"`),
    ...commentedOut.map(
      (name) => `several products are called "${printable(name)}": only one of them is not a comment`,
    ),
  ];
}
