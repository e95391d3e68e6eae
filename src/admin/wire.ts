import type { Dispatcher } from 'undici';
import type { AdaptiveLimit } from '../lib/limit.ts';
import type { Buffers } from './http.ts';
import type { Exchange } from './portal-settings.ts';
import type { Redact } from './credential.ts';
import type { Clock } from './retry.ts';
import type { ServerUrl } from './addresses.ts';

/** What all requests to one server share, whatever their credential. */
export interface Wire {
  readonly dispatcher: Dispatcher;
  readonly buffers: Buffers;
  readonly server: ServerUrl;
  readonly limit: AdaptiveLimit;
  readonly clock: Clock;
  readonly redact: Redact;
  readonly timeoutMs: number;
  readonly retryTimeoutMs: number;
  /** Whether requests go through a proxy. */
  readonly proxied: boolean;
  readonly signal?: AbortSignal | undefined;
  readonly onWarning: (text: string) => void;
  readonly onExchange?: ((exchange: Exchange) => void) | undefined;
}
