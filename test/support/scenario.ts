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
  /** A subscription: asked for, and approved unless `pending`. */
  readonly subscribe?: { readonly application: string; readonly product: string; readonly pending?: boolean };
  /** What goes wrong with later requests, as `adc dev --fault` takes it; an empty text ends that. */
  readonly fault?: string;
  /** A folder of the scenario, whose files are laid over the working directory. */
  readonly files?: string;
  /** The working directory is committed to git. */
  readonly commit?: 'all';
  /** A product that a user created in the dashboard, with `services` by name. */
  readonly dashboard?: JsonObject & { readonly services?: readonly string[] };
}

/** `scenario.yaml`: a sentence, what was before (left out of the transcript), and what happens. */
export interface Scenario {
  readonly says: string;
  readonly before?: readonly ScenarioEvent[];
  readonly then: readonly ScenarioEvent[];
  /** Variables of the environment, beside the server and the token. */
  readonly env?: Readonly<Record<string, string>>;
  readonly seed?: Seed;
  /** Switches of the embedded Admin API (`name=value`) with which it ends in another way, and why. */
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
  /** What things are called, by the ids that stand for chance: UUIDs. */
  readonly names: ReadonlyMap<string, string>;
}

export function readScenario(folder: string): Scenario {
  return parse(readFileSync(join(folder, 'scenario.yaml'), 'utf8')) as Scenario;
}

/**
 * Plays a scenario against an Admin API of its own, one request at a time, so that it goes the same way each time.
 * @param more words for each reported command.
 * @param terminal what those commands write on.
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
    await cp(folder, place.folder, { recursive: true });
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

/** Lets an event happen; gives what the command, with words added to it, said if it is one. */
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

/** A command line as a shell takes it, as far as double quotes go. */
function words(line: string): readonly string[] {
  return [...line.matchAll(/"([^"]*)"|\S+/g)].map(([all, quoted]) => quoted ?? all);
}
