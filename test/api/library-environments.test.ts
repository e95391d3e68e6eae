import { describe, expect, test } from 'vitest';
import { diff, dump, sync, type FileOptions } from '../../src/index.ts';
import { PAYMENTS } from '../support/product-files.ts';
import { atWorkplace, type Workplace } from '../support/run-adc.ts';

const CONFIG = (server: string): string => `owner: acme.payments
files: [api-products.yaml]
environments:
  staging:
    server: ${server}
    portal: default
    variables: { TEAM: payments-staging }
  production:
    portal: default-partners
    variables: { TEAM: payments }
`;
const PRODUCT = PAYMENTS.replace('portal: default\n', '').replace(
  '    status: published\n',
  '    status: published\n    desc: Of ${TEAM}\n    environments: { production: { status: draft } }\n',
);

async function atProject(use: (place: Workplace, options: FileOptions) => Promise<void>): Promise<void> {
  await atWorkplace({ files: { 'api-products.yaml': PRODUCT } }, async (place) => {
    const { url: server, token } = place.emulator;
    await place.write({ 'adc.config.yaml': CONFIG(server) });
    await use(place, { cwd: place.folder, server, token, config: 'adc.config.yaml' });
  });
}

describe('the library in an environment', () => {
  test('syncs the files of the config to its portal, with its variables and exceptions', async () => {
    await atProject(async ({ emulator, adc }, options) => {
      const { outcomes } = await sync({ ...options, environment: 'staging' });
      expect(outcomes.map(({ status }) => status)).toEqual(['done', 'done']);
      const { fields } = emulator.store.product('Payments API', 'default');
      expect(fields).toMatchObject({
        desc: 'Of payments-staging',
        status: 'published',
        labels: { 'managed-by': 'adc/acme.payments' },
      });
      const env = { ADC_SERVER: emulator.url, ADC_TOKEN: emulator.token };
      expect(await adc('diff --env staging --exit-code', { env })).toMatchObject({ exitCode: 0 });
      const { plan } = await diff({ ...options, environment: 'production', variables: { TEAM: 'x' } });
      const [step] = plan?.steps ?? [];
      expect(step).toMatchObject({ fields: { desc: 'Of x' } });
      expect(plan?.steps.map(({ action }) => action)).not.toContain('publish');
      const { files } = await dump({
        ...options,
        environment: 'staging',
        portable: true,
        variables: { NAME: 'Payments API' },
      });
      const text = files.map(({ content }) => String(content)).join('');
      expect(text).not.toContain('portal:');
      expect(text).toContain('name: ${NAME}');
    });
  });

  test.each<readonly [string, Partial<FileOptions>, string]>([
    ['no environment', {}, 'no environment was chosen'],
    ['an unknown environment', { environment: 'stagin' }, 'there is no environment "stagin"'],
    ['an environment without a config', { config: undefined, environment: 'staging' }, 'without config'],
    ['a missing config', { config: 'none.yaml' }, 'none.yaml'],
    ['another portal', { environment: 'staging', portal: 'other' }, 'is the portal "default"'],
    ['another server', { environment: 'staging', server: 'http://127.0.0.1:9' }, 'server is another address'],
    ['another owner', { environment: 'staging', owner: 'acme.other' }, 'declares the owner "acme.payments"'],
  ])('refuses %s before it sends anything', async (_, given, words) => {
    await atProject(async ({ emulator }, options) => {
      await expect(diff({ ...options, ...given })).rejects.toThrow(words);
      expect(emulator.journal.requests).toEqual([]);
    });
  });
});
