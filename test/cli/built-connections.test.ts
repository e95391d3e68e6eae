import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { certificates } from '../admin/support/certificates.ts';
import { serveProxy } from '../admin/support/serve-proxy.ts';
import { buildProgram, type BuiltProgram } from '../support/built-program.ts';
import { portalContents } from '../support/portal-contents.ts';
import { PAYMENTS } from '../support/product-files.ts';
import { atWorkplace } from '../support/run-adc.ts';

/*
 * The built program contains only a part of undici (scripts/bundle-program.js), unlike the code of other tests. It must read
 * and write, directly and through a proxy.
 */

let program: BuiltProgram;
beforeAll(async () => {
  program = await buildProgram();
});

const FILES = { 'api-products.yaml': PAYMENTS };

test.each(['http', 'https'])('the built program writes over %s, without and with a proxy', async (scheme) => {
  const { ca, server } = certificates();
  await atWorkplace(
    { files: FILES, ...(scheme === 'https' && { tls: server }) },
    async ({ folder, emulator }) => {
      expect(emulator.url).toMatch(`${scheme}://`);
      await writeFile(join(folder, 'ca.pem'), ca.cert);
      const env = {
        ADC_SERVER: emulator.url,
        ADC_TOKEN: emulator.token,
        ADC_CA_CERT_FILE: join(folder, 'ca.pem'),
      };
      const proxy = await serveProxy();
      const sync = `cd ${folder}; $ADC sync --yes`;
      expect(await program.sh(sync, env)).toMatchObject({ exitCode: 0 });
      expect(portalContents(emulator.store)).toMatchObject([{ name: 'Payments API', status: 'published' }]);
      const proxied = { ...env, [`${scheme.toUpperCase()}_PROXY`]: proxy.url };
      expect(await program.sh(sync, proxied)).toMatchObject({
        exitCode: 0,
        out: expect.stringContaining('No changes'),
      });
      expect(proxy.tunnels.length).toBeGreaterThan(0);
    },
  );
});
