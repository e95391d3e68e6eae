import { randomUUID } from 'node:crypto';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { startEmulator, type Emulator } from '../../emulator/start-emulator.ts';
import { parseSwitch } from '../../emulator/switches.ts';
import { redactedData } from '../../lib/redaction.ts';
import { printable } from '../../lib/printable.ts';
import type { Files } from '../../load/files.ts';
import { CONFIG_FILE } from '../../load/load-config.ts';
import type { PageSource } from '../../model/portal-view.ts';
import { servePage } from '../../page/serve-page.ts';
import { PortalReads } from '../../preview/read-portal.ts';
import { pageSource, previewText, runPreview, type Preview } from '../../preview/run-preview.ts';
import { CONNECTION, connectionOf } from '../connection.ts';
import { defineCommand, type Call } from '../define-command.ts';
import { failure, listenFailure } from '../failure.ts';
import { EXIT, exitCodeOf, ioWith, type Io } from '../io.ts';
import { count, flag, group, parsedList } from '../options.ts';
import { OUTPUT, outputOption } from '../output.ts';
import { INDEX, openBrowser, refuseOtherFiles, replaceSite, WatchedFiles } from '../preview-page.ts';
import { chosenEnvironment, fileInput, FILES, GATEWAYS, readProject } from '../project.ts';
import { reporter } from '../reporter.ts';
import { CONSENT, consentOf, proposalInput, SCOPE, scopeOf } from '../scope.ts';

const OPTIONS = {
  output: outputOption(
    'write the page as static files into this directory, and serve nothing',
    'adc preview without -o serves the page',
  ),
  open: flag('--open', 'open the page in a browser'),
  port: count(
    '--port <port>',
    'port of the page, 0 for a free one; the portal backend uses a later port',
    [0, 65_533],
    { fallback: '0' },
  ),
  set: parsedList(
    '--set <name=value...>',
    'variant of server behaviour, e.g. putSemantics=merge',
    parseSwitch,
  ),
  ...CONSENT,
  ...SCOPE,
  ...FILES,
  ...GATEWAYS,
  ...group('Output:', { color: OUTPUT.color, verbose: OUTPUT.verbose }),
  ...CONNECTION,
};

type PreviewCall = Call<typeof OPTIONS>;

/** `adc preview`: applies the plan to a copy of the portal, and shows both states (docs/design/contract.md §14.2). */
export const preview = defineCommand({
  name: 'preview',
  summary: 'show the portal before and after sync, on a copy',
  about:
    'Copies the portal into an Admin API in memory, applies the plan there as sync would, and serves a page with the portal before and after: as guests, developers and subscribers see it. It only reads the portal. The copy has no secrets and no names of people. The page follows changes of the files until Ctrl-C. Without a server, the preview starts from an empty portal.',
  options: OPTIONS,
  examples: [
    ['adc preview -f products/ --open', 'show the page in a browser'],
    ['adc preview -o site/', 'write the page as static files'],
    ['adc preview --max-subscription-loss 2', 'allow two subscriptions to end'],
    ['adc preview --set putSemantics=merge', 'vary the copy'],
  ],
  exits: {
    done: 'ended by Ctrl-C; with -o: sync would apply the plan',
    failed: 'failed: invalid files, no connection, not authorised',
    partly: 'with -o: a step failed on the copy',
    refused: 'with -o: sync would refuse the plan',
    interrupted: 'with -o: interrupted by Ctrl-C',
    terminated: 'with -o: interrupted by SIGTERM or SIGHUP',
  },
  run: async (call) => {
    // adc reads the files several times, but standard input only once.
    let input: Promise<Uint8Array> | undefined;
    const io = ioWith(call.io, { readStdin: (most) => (input ??= call.io.readStdin(most)) });
    const { output } = call.options;
    return output === undefined ? serve({ ...call, io }) : write({ ...call, io }, output);
  },
});

interface Run {
  readonly exitCode: number;
  /** Undefined if there is no plan; the diagnostics are printed. */
  readonly shown?: { readonly preview: Preview; readonly source: PageSource; readonly print: () => void };
}

/** Applies the plan to a new copy. @param files the file system (default: the disk). */
async function run(call: PreviewCall, files?: Files, reads?: PortalReads): Promise<Run> {
  const { options, settings, project, io } = call;
  const environment = chosenEnvironment(project);
  const report = await reporter('preview', options, io);
  const { value, diagnostics } = await runPreview({
    input: { ...fileInput(options, io, project), ...(files && { files }) },
    scope: scopeOf(options, project),
    connect: settings.server() === undefined ? undefined : (portal) => connectionOf(call, portal),
    portal: options.portal ?? environment?.portal,
    consent: consentOf(options),
    switches: Object.assign({}, ...options.set),
    ...(reads && { reads }),
    onWarning: (warning) => io.err(`warning: ${warning} (on the copy)\n`),
    signal: io.signal,
  });
  if (value === undefined) {
    report.end({ exitCode: EXIT.failed, diagnostics, text: '' });
    return { exitCode: EXIT.failed };
  }
  const preview = withoutToken(value, io);
  const { refused, outcomes, allowances, ...planned } = preview.result;
  const exitCode = refused.length > 0 ? EXIT.refused : exitCodeOf(outcomes);
  const consent = proposalInput(allowances, project, io);
  const print = (): void => {
    report.showPlan({ ...planned, refused, consent });
    report.end({ exitCode, text: previewText(preview) });
  };
  return { exitCode, shown: { preview, source: pageSource(preview, consent), print } };
}

/** Redacts the token in use, so that neither the page nor the data of the backend contains it. */
function withoutToken(preview: Preview, { redactor }: Io): Preview {
  if (redactor === undefined) return preview;
  const documents = [...preview.documents].map(([id, text]) => [id, redactor.redact(text)] as const);
  return { ...redactedData(preview, redactor.redact), documents: new Map(documents) };
}

async function write(call: PreviewCall, output: string): Promise<number> {
  const { options, io } = call;
  const folder = resolve(io.cwd, output);
  await refuseOtherFiles(folder);
  const { exitCode, shown } = await run(call);
  if (shown === undefined) return exitCode;
  await replaceSite(folder, shown.source);
  shown.print();
  io.out(`Wrote the page: ${printable(join(output, INDEX))}\n`);
  if (options.open) openBrowser(pathToFileURL(join(folder, INDEX)).href, io);
  return exitCode;
}

/** Serves the page until a signal, and runs again after each change of the files. */
async function serve(call: PreviewCall): Promise<number> {
  const { options, io } = call;
  const watched = new WatchedFiles(io.signal);
  const reads = new PortalReads();
  const closing = [async () => watched.close()];
  try {
    watched.add(resolve(io.cwd, options.config ?? CONFIG_FILE));
    const first = await run(call, watched.files, reads);
    if (first.shown === undefined) return first.exitCode;
    let { shown } = first;
    const source: PageSource = {
      data: () => shown.source.data(),
      document: (id) => shown.source.document(id),
    };
    const page = await servePage(source, { port: options.port }).catch((error: unknown) => {
      throw listenFailure('the page cannot be served', options.port, error);
    });
    closing.push(async () => page.close());
    const portal = await startPortal(options);
    closing.push(portal.close);
    portal.show(shown.preview);
    io.out(`${addresses(page.url, portal)}\n`);
    shown.print();
    if (options.open) openBrowser(page.url, io);
    while (await watched.waitForChange()) {
      const next = await runAgain(call, watched.files, reads);
      if (next === undefined) continue;
      shown = next;
      portal.show(shown.preview);
      page.changed();
      shown.print();
    }
    return EXIT.done;
  } finally {
    await Promise.all(closing.map(async (close) => close()));
  }
}

/** A run with the current config and files. Without a result, prints the reason and returns undefined. */
async function runAgain(call: PreviewCall, files: Files, reads: PortalReads): Promise<Run['shown']> {
  const { options, settings, io } = call;
  try {
    const project = await readProject(options, settings.isFlag('environment'), io);
    const { shown } = await run({ ...call, project }, files, reads);
    if (shown === undefined) io.err('The page shows the last valid files.\n');
    return shown;
  } catch (error) {
    if (io.signal.aborted) return undefined;
    await failure(error, { argv: ['preview'], command: preview }, io);
    io.err('The page is unchanged.\n');
    return undefined;
  }
}

/** A Developer Portal backend with the planned state. */
interface PreviewPortal {
  readonly url: string;
  readonly token: string;
  /** Replaces the data. */
  show(preview: Preview): void;
  readonly close: () => Promise<void>;
}

async function startPortal({ port, set }: PreviewCall['options']): Promise<PreviewPortal> {
  const token = `a7prt-${randomUUID()}`;
  const start = (free: number): Promise<Emulator> =>
    startEmulator({
      port: free,
      backend: true,
      seed: {},
      switches: Object.assign({}, ...set),
      token: randomUUID(),
      basic: `preview:${randomUUID()}`,
    });
  const started = await (port === 0 ? start(0) : start(port + 1).catch(() => start(0)));
  return {
    url: started.backendUrl ?? '',
    token,
    show: ({ rows, target }) => {
      const portals = rows.portals.map((row) => (row.id === target.portal.id ? { ...row, token } : row));
      started.store.replaceRows({ ...rows, portals });
    },
    close: async () => started.close(),
  };
}

function addresses(page: string, { url, token }: PreviewPortal): string {
  return `Page: ${page}
Developer Portal backend with the planned state: ${url}
Its portal token, only for this preview: ${token}
Ctrl-C ends the preview. The page follows changes of the files.
`;
}
