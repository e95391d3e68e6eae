import { parseArgs } from 'node:util';
import { consentOf } from '../../src/cli/scope.ts';
import { exitCodeOf, interruptCode, FORMATS, type Io } from '../../src/cli/io.ts';
import { failure } from '../../src/cli/failure.ts';
import { sync as syncCommand } from '../../src/cli/commands/sync.ts';
import { reporter } from '../../src/cli/reporter.ts';
import { InternalError, sync, type SyncOptions } from '../../src/index.ts';
import { progressLine } from '../../src/report/outcome-words.ts';
import type { atWorkplace, Ran, Workplace } from './run-adc.ts';

/** Makes `adc sync` of workplaces call the library, to run the tests of the command against the library. */
export function throughLibrary(open: typeof atWorkplace): typeof atWorkplace {
  return (options, use) =>
    open(options, (place) =>
      use({
        ...place,
        adc: (line, io) => {
          const [command, ...args] = typeof line === 'string' ? line.split(' ') : line;
          return command === 'sync' ? syncThroughLibrary(place, args, io) : place.adc(line, io);
        },
      }),
    );
}

const OPTIONS = {
  'max-subscription-loss': { type: 'string', multiple: true },
  'allow-subscription-loss': { type: 'boolean' },
  'allow-unauthenticated': { type: 'string', multiple: true },
  'take-over': { type: 'string', multiple: true },
  'max-deletes': { type: 'string' },
  owner: { type: 'string' },
  'request-concurrent': { type: 'string' },
  dialect: { type: 'string' },
  format: { type: 'string', default: 'text' },
} as const;

async function syncThroughLibrary(
  place: Workplace,
  args: readonly string[],
  given?: Partial<Io>,
): Promise<Ran> {
  const output = { out: '', err: '' };
  const keep = (stream: 'out' | 'err') => (text: string) => {
    output[stream] += text;
    given?.[stream]?.(text);
  };
  const { values } = parseArgs({ args: [...args], options: OPTIONS });
  const signal = given?.signal ?? new AbortController().signal;
  const format = FORMATS.find((one) => one === values.format) ?? 'text';
  const io = {
    colour: false,
    cwd: place.folder,
    env: {},
    out: keep('out'),
    err: keep('err'),
    signal,
    format,
  } as Io;
  const report = await reporter('sync', { color: true }, io);
  const concurrency = values['request-concurrent'];
  const options: SyncOptions = {
    files: ['api-products.yaml'],
    cwd: place.folder,
    server: place.emulator.url,
    token: place.emulator.token,
    dialect: values.dialect as SyncOptions['dialect'],
    concurrency: concurrency === undefined ? undefined : Number(concurrency),
    signal,
    owner: values.owner,
    consent: consentOf({
      maxSubscriptionLoss: values['max-subscription-loss'] ?? [],
      allowSubscriptionLoss: values['allow-subscription-loss'] ?? false,
      allowUnauthenticated: values['allow-unauthenticated'] ?? [],
      takeOver: values['take-over'] ?? [],
      maxDeletes: values['max-deletes'],
      renameCheck: true,
      managedByLabel: true,
      deleteUnmanaged: false,
    }),
    approve: (plan, diagnostics) => {
      report.showPlan({ plan, diagnostics });
      return true;
    },
    onOutcome: (...told) => report.progress(progressLine(...told)),
  };
  try {
    const result = await sync(options).catch((error: unknown) => {
      if (error instanceof InternalError) return error.result;
      throw error;
    });
    const exitCode = signal.aborted ? interruptCode(signal) : exitCodeOf(result.outcomes);
    report.end({ exitCode, ...result });
    return { exitCode, ...output };
  } catch (error) {
    return {
      exitCode: await failure(error, { argv: ['sync', ...args], command: syncCommand }, io),
      ...output,
    };
  }
}
