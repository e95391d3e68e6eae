import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmulator, type Emulator } from '../../emulator/start-emulator.ts';
import { InterruptedError, OperationalError } from '../../model/errors.ts';
import { wrapped } from '../../report/page.ts';
import { defineCommand } from '../define-command.ts';
import { EXIT, ioWith, type Io } from '../io.ts';

const FILE = 'api-products.yaml';
const PRODUCT = 'Payments API';
const PRODUCTS = `portal: default
owner: acme.payments
api_products:
  - name: ${PRODUCT}
    type: gateway
    status: published
    auth:
      key_auth: {}
    linked_gateway_services:
      - { gateway_group: default, service: payments }
`;

/**
 * `adc demo`: runs the real commands for a change of authentication, in a temporary directory and with the embedded Admin
 * API.
 * @throws OperationalError if a command has an unexpected exit code.
 */
export const demo = defineCommand({
  name: 'demo',
  summary: 'show a change of authentication, refused and then allowed',
  about:
    'Runs the real commands for a change of authentication: adc refuses it with the number of subscribers, prints the entry that allows it, and applies it. It uses a temporary directory and an embedded Admin API, and connects to no other server.',
  options: {},
  examples: [['adc demo', 'run the demo, without any configuration']],
  exits: {
    done: 'every command ended as shown',
    failed: 'a command did not end as shown',
    interrupted: 'interrupted by Ctrl-C',
    terminated: 'interrupted by SIGTERM or SIGHUP',
  },
  run: async ({ io }) => {
    const folder = await mkdtemp(join(tmpdir(), 'adc-demo-'));
    const emulator = await startEmulator();
    try {
      await play(new Stage(folder, emulator, io));
      return EXIT.done;
    } finally {
      await emulator.close();
      await rm(folder, { recursive: true });
    }
  },
});

async function play(stage: Stage): Promise<void> {
  stage.explain('A product file declares one product. The portal is empty.');
  await stage.write(PRODUCTS);
  await stage.run('adc sync', EXIT.done);
  stage.explain('Two developers subscribe to the product, each with an application.');
  stage.subscribe('shop');
  stage.subscribe('mobile');
  stage.explain('A pull request changes the header of the API key. Without consent, adc changes nothing.');
  await stage.edit('key_auth: {}', 'key_auth: { header: x-payments-key }');
  const refusal = await stage.run('adc sync', EXIT.refused);
  stage.explain('The team agrees to the loss and pastes the printed entry into the reviewed file.');
  await stage.paste(entryIn(refusal));
  await stage.run('adc sync', EXIT.done);
  stage.explain('The portal matches the file. The entry is used. You can remove it.');
  await stage.run('adc diff --exit-code', EXIT.done);
  stage.explain('To try your own files: run `adc dev`, then `adc diff` in another terminal.');
}

/** The `allow:` block of a refusal, without its indentation; '' if there is none. */
function entryIn(output: string): string {
  const [block = '', indent = ''] = /^( *)allow:\n(?:\1 +.*\n)+/m.exec(output) ?? [];
  return block.replaceAll(new RegExp(`^${indent}`, 'gm'), '');
}

class Stage {
  readonly #folder: string;
  readonly #emulator: Emulator;
  readonly #io: Io;
  #text = '';

  constructor(folder: string, emulator: Emulator, io: Io) {
    this.#folder = folder;
    this.#emulator = emulator;
    this.#io = io;
  }

  explain(text: string): void {
    const lines = wrapped(`# ${text}`, this.#io.columns?.() ?? Infinity, '# ');
    this.#io.out(`\n${lines.join('\n')}\n`);
  }

  /** Runs a command and returns its output. @throws OperationalError for an unexpected exit code. */
  async run(line: string, expected: number): Promise<string> {
    this.#io.out(`$ ${line}\n`);
    let output = '';
    const io = this.#ioFor((text) => {
      output += text;
      this.#io.out(text);
    });
    const exitCode = await this.#io.run?.(line.split(' ').slice(1), io);
    if (this.#io.signal.aborted) throw new InterruptedError('the demo was interrupted');
    if (exitCode !== expected)
      throw new OperationalError(
        `the demo stopped: \`${line}\` ended with ${exitCode}, expected ${expected}`,
      );
    this.#io.out(`(exit code ${exitCode})\n`);
    return output;
  }

  subscribe(application: string): void {
    this.#emulator.store.subscribeActively(application, PRODUCT);
  }

  async write(text: string): Promise<void> {
    this.#io.out(`${FILE}\n${text.replaceAll(/^(?=.)/gm, '  ')}`);
    await this.#save(text);
  }

  async edit(before: string, after: string): Promise<void> {
    this.#io.out(`${FILE}\n-     ${before}\n+     ${after}\n`);
    await this.#save(this.#text.replace(before, after));
  }

  async paste(text: string): Promise<void> {
    this.#io.out(`${FILE}\n${text.replaceAll(/^(?=.)/gm, '+ ')}`);
    await this.#save(this.#text + text);
  }

  async #save(text: string): Promise<void> {
    this.#text = text;
    await writeFile(join(this.#folder, FILE), text);
  }

  /** The process without its environment: the demo connects to no server of the user. */
  #ioFor(print: (text: string) => void): Io {
    const { url, token } = this.#emulator;
    return ioWith(this.#io, {
      env: { ADC_SERVER: url, ADC_TOKEN: token },
      cwd: this.#folder,
      out: print,
      err: print,
      errColour: false,
      interactive: false,
    });
  }
}
