import { resolve } from 'node:path';
import type { PortalBackend } from '../model/admin.ts';
import { Secret } from '../lib/hidden-texts.ts';
import { UsageError } from '../model/errors.ts';
import { transportOf, type TRANSPORT } from './connection.ts';
import type { Call } from './define-command.ts';
import { readText } from './disk.ts';
import { group, text } from './options.ts';
import type { OUTPUT } from './output.ts';

/**
 * The Developer Portal backend, which acts for developers; its token is a separate secret (docs/design/contract.md
 * §15).
 */
export const PORTAL_BACKEND = group('Restore:', {
  portalServer: text('--portal-server <url>', 'address of the Developer Portal backend', {
    env: 'ADC_PORTAL_SERVER',
  }),
  portalTokenFile: text('--portal-token-file <path>', 'file with its token; or set ADC_PORTAL_TOKEN'),
});

type Connecting = Pick<
  Call<typeof PORTAL_BACKEND & typeof TRANSPORT & Omit<typeof OUTPUT, 'format'>>,
  'options' | 'io'
>;

/** @throws UsageError for a missing address or token, or a token file that cannot be read. */
export async function portalBackend(call: Connecting): Promise<PortalBackend> {
  const { options, io } = call;
  const { portalServer: server, portalTokenFile: file } = options;
  if (server === undefined) {
    throw new UsageError('no address of the Developer Portal backend was given', {
      hint: 'Set ADC_PORTAL_SERVER or give --portal-server.',
    });
  }
  const text =
    file === undefined
      ? (io.env['ADC_PORTAL_TOKEN'] ?? '')
      : (await readText(resolve(io.cwd, file), 'portal token file')).trim();
  if (text === '') {
    throw new UsageError('no portal token was given', {
      hint: 'Set ADC_PORTAL_TOKEN, or name a file with --portal-token-file.',
    });
  }
  io.hidden?.add(text);
  const { connectBackend } = await import('../admin/portal-backend.ts');
  // A signal stops the restore between two subscriptions, never during a request: the result of the request would be
  // unknown.
  return connectBackend({ server, token: new Secret(text), ...(await transportOf(call)), signal: undefined });
}
