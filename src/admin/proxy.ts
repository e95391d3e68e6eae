import { UsageError } from '../model/errors.ts';
import { isWithoutProxy } from './no-proxy.ts';
import type { ProxySettings } from './portal-settings.ts';

/**
 * The address of the proxy for a server, undefined for none. HTTPS_PROXY is for https addresses and HTTP_PROXY for http
 * ones, as with curl; neither stands in for the other. NO_PROXY names servers that need none.
 * @throws UsageError if it is no http(s) URL; never shows it, since it may hold credentials.
 */
export function proxyFor(
  origin: string,
  { httpsProxy, httpProxy, noProxy = '' }: ProxySettings,
): string | undefined {
  const address = (origin.startsWith('https:') ? httpsProxy : httpProxy)?.trim() ?? '';
  if (address === '' || isWithoutProxy(origin, noProxy)) return undefined;
  const url = parsed(address);
  if (url && decoded(url.username) !== undefined && decoded(url.password) !== undefined) return url.href;
  throw new UsageError('the address of the proxy is not an http or https URL', {
    hint: 'Check HTTPS_PROXY and HTTP_PROXY, or list the server in NO_PROXY.',
  });
}

/** Whatever of an address must not be shown, as it is written and as it is meant. */
export function proxySecrets(address: string): readonly string[] {
  const { username = '', password = '' } = parsed(address.trim()) ?? {};
  if (password === '') return [];
  const pair = `${username}:${password}`;
  return [pair, password, decoded(pair) ?? '', decoded(password) ?? ''];
}

/** `proxy:3128` is an address too. */
function parsed(address: string): URL | undefined {
  const full = address.includes('://') ? address : `http://${address}`;
  return URL.canParse(full) && /^https?:/i.test(full) ? new URL(full) : undefined;
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
