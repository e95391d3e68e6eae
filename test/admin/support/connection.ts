import type { ConnectionOptions } from '../../../src/admin/connect.ts';
import { Secret } from '../../../src/lib/redaction.ts';

export const TOKEN = 'a7ee-secret-token/with+signs';

/** Options for a server on this machine: patient enough for a busy one, quick to give up. */
export function connectionTo(server: string, given: Partial<ConnectionOptions> = {}): ConnectionOptions {
  return {
    server,
    token: new Secret(TOKEN),
    portal: 'default',
    dialect: 'auto',
    authScheme: 'auto',
    timeoutMs: 10_000,
    retryTimeoutMs: 15_000,
    concurrency: 4,
    tlsSkipVerify: false,
    proxy: {},
    onWarning: () => undefined,
    ...given,
  };
}
