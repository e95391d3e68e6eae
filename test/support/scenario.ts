import { cp } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { parseFault } from '../../src/emulator/faults.ts';
import type { Io } from '../../src/cli/io.ts';
import type { Seed } from '../../src/emulator/seed.ts';
import type { Switches } from '../../src/emulator/switches.ts';
import type { Emulator } from '../../src/emulator/start-emulator.ts';
import type { JsonObject } from '../../src/model/product.ts';
import { commitAll } from './git.ts';
import { portalContents, type Held } from './portal-contents.ts';
import { atWorkplace, type Ran, type Workplace } from './run-adc.ts';
import { WriteLog, type Written } from './write-log.ts';

/** One event: a command, or an action of a user on the portal. */
export interface ScenarioEvent {
  readonly adc?: string;
  /** Requests a subscription, and approves it unless `pending`. */
  readonly subscribe?: { readonly application: string; readonly product: string; readonly pending?: boolean };
  /** A fault for later requests, in the form of `adc dev --fault`. An empty text clears all faults. */
  readonly fault?: string;
  /** A folder of the scenario to copy over the working directory. */
  readonly files?: string;
  /** Commits the working directory to git. */
  readonly commit?: 'all';
  /** Creates a product like a user of the dashboard. `services` are names. */
  readonly dashboard?: JsonObject & { readonly services?: readonly string[] };
}

/** `scenario.yaml`: a sentence, the events before the transcript, and the events of the transcript. */
export interface Scenario {
  readonly says: string;
  readonly before?: readonly ScenarioEvent[];
  readonly then: readonly ScenarioEvent[];
  /** Environment variables, in addition to the server and the token. */
  readonly env?: Readonly<Record<string, string>>;
  readonly seed?: Seed;
  /** Switches of the embedded Admin API (`name=value`) that change the result, with the reason. */
  readonly differs?: Readonly<Record<string, string>>;
}

export interface Told extends Ran {
  readonly command: string;
  readonly writes: readonly Written[];
}

export interface Played {
  readonly told: readonly Told[];
  readonly contents: readonly Held[];
  readonly endedSubscriptions: number;
  readonly url: string;
  /** Names by id, to replace random UUIDs. */
  readonly names: ReadonlyMap<string, string>;
}

export function readScenario(folder: string): Scenario {
  return parse(readFileSync(join(folder, 'scenario.yaml'), 'utf8')) as Scenario;
}

/**
 * Runs a scenario on a new Admin API, one request at a time, so that it is deterministic.
 * @param more arguments for each reported command.
 * @param terminal the terminal of these commands.
 */
export async function play(
  folder: string,
  dialect: string,
  switches: Partial<Switches>,
  more: readonly string[] = [],
  terminal: Partial<Io> = {},
): Promise<Played> {
  const scenario = readScenario(folder);
  const played: Told[] = [];
  let ended: Omit<Played, 'told'> | undefined;
  await atWorkplace({ switches, ...(scenario.seed && { seed: scenario.seed }) }, async (place) => {
    const filter = (path: string): boolean => !path.includes('.golden.');
    await cp(folder, place.folder, { recursive: true, filter });
    const log = new WriteLog(place.emulator);
    const { url, token } = place.emulator;
    const io = {
      env: {
        ADC_SERVER: url,
        ADC_TOKEN: token,
        ADC_DIALECT: dialect,
        ADC_REQUEST_CONCURRENT: '1',
        PATH: process.env['PATH'],
        ...scenario.env,
      },
    };
    const happens = async (event: ScenarioEvent, added: readonly string[]): Promise<Told | undefined> => {
      const ran = await happen(event, place, { ...terminal, ...io }, added);
      return ran && { command: event.adc ?? '', ...ran, writes: log.take() };
    };
    for (const event of scenario.before ?? []) failIfWrong(await happens(event, []));
    for (const event of scenario.then)
      played.push(...[await happens(event, more)].filter((one) => one !== undefined));
    ended = state(place, url, log.products);
  });
  if (ended === undefined) throw new Error('the scenario did not end');
  return { told: played, ...ended };
}

/** Runs an event. Returns the result if it is a command, run with the added arguments. */
export async function happen(
  { adc, subscribe, dashboard, fault, files, commit }: ScenarioEvent,
  place: Workplace,
  io: Partial<Io> = {},
  added: readonly string[] = [],
): Promise<Ran | undefined> {
  if (subscribe) addSubscription(place.emulator, subscribe);
  if (dashboard) addByHand(place.emulator, dashboard);
  if (fault !== undefined) breakRequests(place.emulator, fault);
  if (files !== undefined) await cp(join(place.folder, files), place.folder, { recursive: true });
  if (commit !== undefined) await commitAll(place.folder);
  return adc === undefined ? undefined : place.adc([...words(adc), ...added], io);
}

function state({ emulator: { store } }: Workplace, url: string, products: Names): Omit<Played, 'told'> {
  const { portals, services, contact_points: points, dcr_providers: providers } = store.tables;
  const rows = [portals, services, points, providers].flatMap((table): readonly Named[] => table.all());
  const names = new Map([...products, ...rows.map(({ id, name }) => [id, name] as const)]);
  return {
    contents: portalContents(store),
    endedSubscriptions: store.endedSubscriptions.length,
    url,
    names,
  };
}

type Names = ReadonlyMap<string, string>;
interface Named {
  readonly id: string;
  readonly name: string;
}

function failIfWrong(told: Told | undefined): void {
  if (told && told.exitCode !== 0) throw new Error(`adc ${told.command}: ${told.out}${told.err}`);
}

function addSubscription({ store }: Emulator, subscribe: NonNullable<ScenarioEvent['subscribe']>): void {
  const { application, product, pending = false } = subscribe;
  if (pending) store.subscribe(application, product);
  else store.subscribeActively(application, product);
}

function addByHand(
  { store }: Emulator,
  { services, ...body }: NonNullable<ScenarioEvent['dashboard']>,
): void {
  const links = services?.map((name) => store.linkTo(name));
  store.addProduct('default', { ...body, ...(links && { linked_gateway_services: links }) });
}

function breakRequests({ faults }: Emulator, fault: string): void {
  if (fault === '') faults.clear();
  else faults.add(parseFault(fault));
}

/** Splits a command line like a shell. Supports only double quotes. */
function words(line: string): readonly string[] {
  return [...line.matchAll(/"([^"]*)"|\S+/g)].map(([all, quoted]) => quoted ?? all);
}
