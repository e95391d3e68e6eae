import type { EmulatorOptions } from '../../../src/emulator/start-emulator.ts';
import { PAYMENTS } from '../../support/product-files.ts';
import { atWorkplace, type Workplace } from '../../support/run-adc.ts';
import type { BuiltProgram } from '../../support/built-program.ts';
import { runStep, type RunnerOptions, type StepRun } from './github-runner.ts';

export interface Runner {
  readonly place: Workplace;
  /** Runs the action with these inputs; server and token are those of the embedded Admin API. */
  readonly action: (
    inputs: Readonly<Record<string, string>>,
    options?: Partial<RunnerOptions>,
  ) => Promise<StepRun>;
}

type Files = Readonly<Record<string, string>>;

/** A runner with a checkout of these files. */
export async function onRunner(
  program: Pick<BuiltProgram, 'file'>,
  files: Files,
  use: (runner: Runner) => Promise<void>,
  options: EmulatorOptions = {},
): Promise<void> {
  const checkout = Object.entries(files).map(([name, text]) => [`checkout/${name}`, text]);
  await atWorkplace({ ...options, files: Object.fromEntries(checkout) }, (place) =>
    use({
      place,
      action: (inputs, more) =>
        runStep(
          'run',
          { server: place.emulator.url, token: place.emulator.token, ...inputs },
          { program: program.file, folder: place.folder, ...more },
        ),
    }),
  );
}

/** The checkout of most tests: a product that does not exist on the portal. */
export const ONE = { 'api-products.yaml': PAYMENTS };

/** A draft without services, as an item of `api_products`; NAME is the placeholder of its name. */
export const DRAFT = '  - { name: NAME, type: gateway, auth: { key_auth: {} }, status: draft }\n';
