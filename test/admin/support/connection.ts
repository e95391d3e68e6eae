import type { ConnectionOptions } from '../../../src/admin/connect.ts';
import { Secret } from '../../../src/lib/redaction.ts';

export const TOKEN = 'a7ee-secret-token/with+signs';

/** Options for a local server, with timeouts that are long enough for a busy machine. */
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
