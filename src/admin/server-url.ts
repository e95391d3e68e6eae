import { UsageError } from '../model/errors.ts';

export interface ServerUrl {
  /** Scheme, host and port: where connections go. */
  readonly origin: string;
  /** What stands before `/api/…` where the Admin API lives below a path; without a slash at its end. */
  readonly basePath: string;
  /** The address as people may see it. */
  readonly shown: string;
}

/**
 * The parts of `--server`. Credentials in the address are refused, since addresses end up in plans, reports and logs.
 * @throws UsageError if it is no http(s) URL, or holds credentials, a query or a fragment; never shows the credentials.
 */
export function serverUrl(text: string): ServerUrl {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !['http:', 'https:'].includes(url.protocol)) throw notAnAddress();
  if (url.username !== '' || url.password !== '') throw holdsCredentials(url);
  if (url.search !== '' || url.hash !== '') throw notAnAddress();
  const basePath = url.pathname.replace(/\/+$/, '');
  return { origin: url.origin, basePath, shown: url.origin + basePath };
}

function notAnAddress(): UsageError {
  return new UsageError('the address of the Admin API is not an http or https URL', {
    hint: 'Pass it with --server or ADC_SERVER, for example https://dashboard.example.com:7443.',
  });
}

function holdsCredentials(url: URL): UsageError {
  return new UsageError(`the address of the Admin API at ${url.host} holds a user name or a password`, {
    hint: 'Remove them from the address, and pass them as `user:password` with --token and --auth-scheme basic.',
  });
}
