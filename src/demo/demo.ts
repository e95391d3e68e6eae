import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Io } from '../cli/io.ts';
import { main } from '../cli/main.ts';
import { startEmulator, type Emulator } from '../emulator/start-emulator.ts';

/**
 * Plays the main job with the real commands, against the embedded Admin API in this very process, and prints all that
 * they say. Gives false if a command ends otherwise than the story has it.
 */
export async function demo(examples: string, print: (text: string) => void): Promise<boolean> {
  const folder = await mkdtemp(join(tmpdir(), 'adc-demo-'));
  const emulator = await startEmulator();
  try {
    await cp(join(examples, 'payments'), folder, { recursive: true });
    return await play(new Stage(folder, emulator, print));
  } finally {
    await emulator.close();
    await rm(folder, { recursive: true });
  }
}

async function play(stage: Stage): Promise<boolean> {
  stage.tell('The portal is empty. The files describe two products: what would happen?');
  await stage.run('adc diff', 0);
  stage.tell('So be it.');
  await stage.run('adc sync', 0);
  stage.tell('The portal is now as the files say.');
  await stage.run('adc diff --exit-code', 0);
  stage.tell('A developer subscribes to the Payments API with an application.');
  stage.subscribe('shop', 'Payments API');
  stage.tell('Later, a pull request changes how callers authenticate. Diff shows what that costs.');
  await stage.edit('key_auth: {}', 'key_auth: { header: x-payments-key }');
  await stage.run('adc diff --exit-code', 2);
  stage.tell('Without consent, nothing happens to the subscriber.');
  await stage.run('adc sync', 4);
  stage.tell(
    'Everybody agreed, so the entry goes into the reviewed files. Unpublish, update and publish run back to back.',
  );
  await stage.add('consent.yaml', consentUntil(inAWeek()));
  await stage.run('adc sync -f api-products.yaml -f consent.yaml', 0);
  stage.tell('Live products can be exported to files, and a diff of these files shows no changes.');
  await stage.run('adc dump -o live/', 0);
  await stage.run('adc diff -f live/ --exit-code', 0);
  return stage.wentAsTold;
}

function consentUntil(day: string): string {
  return `allow:\n  - product: Payments API\n    subscription_loss: 3\n    until: ${day}\n`;
}

/** The day in UTC, as `2026-12-07`. */
function inAWeek(): string {
  return new Date(Date.now() + 7 * 86_400_000).toISOString().slice(0, 10);
}

class Stage {
  wentAsTold = true;
  readonly #folder: string;
  readonly #emulator: Emulator;
  readonly #print: (text: string) => void;

  constructor(folder: string, emulator: Emulator, print: (text: string) => void) {
    this.#folder = folder;
    this.#emulator = emulator;
    this.#print = print;
  }

  tell(text: string): void {
    this.#print(`\n# ${text}\n`);
  }

  async run(line: string, expected: number): Promise<void> {
    this.#print(`$ ${line}\n`);
    const exitCode = await main(line.split(' ').slice(1), this.#io());
    this.#print(
      exitCode === expected ? `(exit code ${exitCode})\n` : `(exit code ${exitCode}, not ${expected}!)\n`,
    );
    this.wentAsTold &&= exitCode === expected;
  }

  subscribe(application: string, product: string): void {
    this.#emulator.store.subscribeActively(application, product);
  }

  async edit(before: string, after: string): Promise<void> {
    const file = join(this.#folder, 'api-products.yaml');
    await writeFile(file, (await readFile(file, 'utf8')).replace(before, after));
    this.#print(`api-products.yaml\n-      ${before}\n+      ${after}\n`);
  }

  async add(file: string, text: string): Promise<void> {
    await writeFile(join(this.#folder, file), text);
    this.#print(`${file}\n${text.replaceAll(/^(?=.)/gm, '+ ')}\n`);
  }

  #io(): Io {
    return {
      env: { ADC_SERVER: this.#emulator.url, ADC_TOKEN: this.#emulator.token, ADC_PORTAL: 'default' },
      cwd: this.#folder,
      out: this.#print,
      err: this.#print,
      readStdin: () => Promise.resolve(new Uint8Array()),
      colour: false,
      interactive: false,
      confirm: () => Promise.resolve(false),
      signal: new AbortController().signal,
    };
  }
}
