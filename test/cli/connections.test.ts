import { describe, expect, test } from 'vitest';
import { atTwoPortals, TOKENS, type TwoPortals } from '../support/two-portals.ts';

/*
 * adc sends no token to the server of another environment: for all combinations of variables, it sends requests only to the
 * right server with its own token, or sends nothing (docs/design/contract.md §13).
 */

const CONFIG = `environments:
  staging: { portal: default }
  production: { portal: default }
`;

/** The numbers of requests to each server, and of refused tokens. */
function asked({ staging, production }: TwoPortals) {
  const [a, b] = [staging, production].map(({ journal }) => journal.requests);
  const refused = [...(a ?? []), ...(b ?? [])].filter(({ status }) => status === 401).length;
  return { staging: (a?.length ?? 0) > 0, production: (b?.length ?? 0) > 0, refused };
}

const STATES = ['unset', 'empty', 'set'] as const;
type State = (typeof STATES)[number];

function variables(values: Readonly<Record<string, readonly [State, string]>>): Record<string, string> {
  const given = Object.entries(values).filter(([, [state]]) => state !== 'unset');
  return Object.fromEntries(given.map(([name, [state, value]]) => [name, state === 'empty' ? '' : value]));
}

const EACH_WAY = STATES.flatMap((server) =>
  STATES.flatMap((token) => STATES.map((file) => ({ server, token, file }))),
);
const PLAIN = [
  {},
  { ADC_SERVER: 'staging' },
  { ADC_TOKEN: 'staging' },
  { ADC_SERVER: 'staging', ADC_TOKEN: 'staging' },
  { ADC_SERVER: 'production', ADC_TOKEN: 'staging' },
] as const;

describe('the address and the token of an environment are a pair', () => {
  test.each(PLAIN)('with the plain variables %j', async (plain) => {
    await atTwoPortals({ 'adc.config.yaml': CONFIG, token: TOKENS.staging }, async (place) => {
      const urls = { staging: place.staging.url, production: place.production.url };
      for (const { server, token, file } of EACH_WAY) {
        const own = variables({
          ADC_SERVER_STAGING: [server, urls.staging],
          ADC_TOKEN_STAGING: [token, TOKENS.staging],
          ADC_TOKEN_FILE_STAGING: [file, 'token'],
        });
        const { ADC_SERVER: address, ADC_TOKEN: secret } = { ADC_SERVER: '', ADC_TOKEN: '', ...plain } as {
          ADC_SERVER: '' | keyof typeof urls;
          ADC_TOKEN: '' | keyof typeof TOKENS;
        };
        const others = {
          ...(address !== '' && { ADC_SERVER: urls[address] }),
          ...(secret !== '' && { ADC_TOKEN: TOKENS[secret] }),
        };
        const isNone = [server, token, file].every((state) => state === 'unset');
        const isPair =
          ![server, token, file].includes('empty') && server === 'set' && [token, file].includes('set');
        const usesPlain = isNone && address !== '' && secret !== '';
        const { ADC_SERVER_PRODUCTION, ADC_TOKEN_PRODUCTION } = place.env;
        const env = { ADC_SERVER_PRODUCTION, ADC_TOKEN_PRODUCTION, ...others, ...own };
        place.staging.journal.clear();
        place.production.journal.clear();
        const { exitCode, err } = await place.adc('ping --env staging', { env });
        const works = isPair || (usesPlain && address === 'staging');
        const found = { exitCode, ...asked(place) };
        expect({ ...found, env, err }).toEqual({
          exitCode: works ? 0 : 1,
          staging: works,
          production: false,
          refused: 0,
          env,
          err: works ? '' : expect.stringMatching(/ADC_(SERVER|TOKEN)|share|server|token/),
        });
      }
    });
  });
});

describe('a run in one environment', () => {
  const at = (use: (place: TwoPortals) => Promise<void>) => atTwoPortals({ 'adc.config.yaml': CONFIG }, use);

  test.each([
    ['--server http://127.0.0.1:1', '--server'],
    ['--token abcdefghij', '--token'],
    ['--token-file token', '--token-file'],
  ])('refuses %s beside the variables of the environment', async (flags, name) => {
    await at(async (place) => {
      const { exitCode, err } = await place.adc(`ping --env staging ${flags}`);
      expect({ exitCode, err }).toEqual({
        exitCode: 1,
        err: expect.stringContaining(`${name} would replace`),
      });
      expect(asked(place)).toEqual({ staging: false, production: false, refused: 0 });
    });
  });

  test('takes an address and a token that are both flags', async () => {
    await at(async (place) => {
      const flags = `--server ${place.production.url} --token ${TOKENS.production}`;
      const env = { ...place.env, ADC_SERVER_PRODUCTION: 'http://127.0.0.1:1' };
      expect(await place.adc(`ping --env staging ${flags}`, { env })).toMatchObject({ exitCode: 0 });
      expect(asked(place)).toEqual({ staging: false, production: true, refused: 0 });
    });
  });

  test('takes the pair from a .env, never an address for a token of the process', async () => {
    await at(async (place) => {
      const { ADC_SERVER_STAGING, ADC_TOKEN_STAGING } = place.env;
      await place.write({
        '.env': `ADC_SERVER_STAGING=${place.staging.url}\nADC_TOKEN_STAGING=${TOKENS.staging}\n`,
      });
      expect(await place.adc('ping --env staging', { env: {} })).toMatchObject({ exitCode: 0 });
      await place.write({ '.env': `ADC_SERVER_STAGING=${place.production.url}\n` });
      place.staging.journal.clear();
      const { exitCode, err } = await place.adc('ping --env staging', {
        env: { ADC_TOKEN_STAGING: ADC_TOKEN_STAGING ?? '' },
      });
      expect({ exitCode, err }).toEqual({
        exitCode: 1,
        err: expect.stringContaining('comes from a .env file'),
      });
      expect(asked(place)).toEqual({ staging: false, production: false, refused: 0 });
      expect(ADC_SERVER_STAGING).toBe(place.staging.url);
    });
  });

  test('takes the environment from an env file only if that is named', async () => {
    await at(async (place) => {
      await place.write({ '.env': 'ADC_ENV=staging\n' });
      expect(await place.adc('ping')).toMatchObject({
        exitCode: 1,
        err: expect.stringContaining('ADC_ENV in .env has no effect'),
      });
      expect(await place.adc('ping --env-file .env')).toMatchObject({ exitCode: 0 });
      expect(asked(place)).toEqual({ staging: true, production: false, refused: 0 });
    });
  });

  test('warns about ignored lines of an env file', async () => {
    await at(async (place) => {
      const text = 'ADC_SERVER_PARTNERS=http://127.0.0.1:1\nADC_CONFIG=x\nADC_TOKEN=\nFOO=bar\nnot a line\n';
      await place.write({ 'some.env': text });
      const { err } = await place.adc('ping --env staging --env-file some.env');
      expect(err).toContain('ADC_SERVER_PARTNERS in some.env has no effect');
      expect(err).toContain('ADC_CONFIG in some.env has no effect');
      expect(err).toContain('line 5 of some.env has no effect');
      expect(err).toContain('ignored in some.env, since they are empty or not ADC_*: ADC_TOKEN, FOO');
    });
  });

  test.each([
    ['the address', 'server: http://127.0.0.1:1', 'ping --env staging --portal default', 'server-mismatch'],
    ['the portal', 'portal: other', 'ping --env staging --portal default', 'portal-mismatch'],
  ])('refuses another target than the config has for %s, at its line', async (_, line, command, code) => {
    await at(async (place) => {
      await place.write({ 'adc.config.yaml': `environments:\n  staging:\n    ${line}\n` });
      const { exitCode, err } = await place.adc(command);
      expect({ exitCode, err }).toEqual({
        exitCode: 1,
        err: expect.stringMatching(new RegExp(`error\\[${code}\\].*\\n.*adc\\.config\\.yaml:3:`)),
      });
      expect(asked(place)).toEqual({ staging: false, production: false, refused: 0 });
    });
  });

  test('refuses two environments that are one portal of one server', async () => {
    await at(async (place) => {
      const env = {
        ...place.env,
        ADC_SERVER_STAGING: `${place.production.url}/`,
        ADC_TOKEN_STAGING: TOKENS.production,
      };
      for (const name of ['staging', 'production']) {
        const { exitCode, err } = await place.adc(`ping --env ${name}`, { env });
        expect({ exitCode, err }).toEqual({
          exitCode: 1,
          err: expect.stringContaining('error[environments-share-a-portal]'),
        });
      }
      expect(asked(place)).toEqual({ staging: false, production: false, refused: 0 });
    });
  });

  test.each(['ping', 'list', 'subscribers', 'validate', 'diff', 'sync', 'dump', 'dump --update'])(
    '%s without --env is an error that lists the environments',
    async (command) => {
      await at(async (place) => {
        const { exitCode, err } = await place.adc(command);
        expect({ exitCode, err }).toEqual({
          exitCode: 1,
          err: expect.stringMatching(/no environment was chosen\n.*staging, production/),
        });
        expect(asked(place)).toEqual({ staging: false, production: false, refused: 0 });
      });
    },
  );

  test('hides the tokens of all environments', async () => {
    await at(async (place) => {
      const { err } = await place.adc(`diff --env staging -f ${TOKENS.production}`);
      expect(err).toContain('***');
      expect(err).not.toContain(TOKENS.production);
    });
  });
});
