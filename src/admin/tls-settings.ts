import { X509Certificate } from 'node:crypto';
import { createSecureContext, rootCertificates } from 'node:tls';
import { UsageError } from '../model/errors.ts';
import type { ConnectionSettings } from './portal-settings.ts';

export type Pems = Pick<ConnectionSettings, 'caCert' | 'clientCert' | 'clientKey'>;

/** What a connection to the server needs of these texts. @throws UsageError if they are no certificates or no key, or do not belong together. */
export function tlsOptions(texts: Pems): object {
  if ((texts.clientCert === undefined) !== (texts.clientKey === undefined)) {
    // One of the two alone would be passed over in silence.
    throw new UsageError('a client certificate needs its key, and a key its certificate', {
      hint: 'Pass both --tls-client-cert-file and --tls-client-key-file; both may name the same file.',
    });
  }
  const pems = {
    ...pem('ca', texts.caCert, '--ca-cert-file'),
    ...pem('cert', texts.clientCert, '--tls-client-cert-file'),
    ...pem('key', texts.clientKey, '--tls-client-key-file'),
  };
  try {
    // A broken authority would be passed over in silence.
    if (texts.caCert !== undefined) void new X509Certificate(texts.caCert);
    createSecureContext(pems);
  } catch (error) {
    throw new UsageError('the certificates or the key cannot be used', {
      hint: 'Check --ca-cert-file, --tls-client-cert-file and --tls-client-key-file; a key must be one without a passphrase.',
      cause: error,
    });
  }
  return pems;
}

/** A proxy may be certified by the same private authority as the server, or by a public one. */
export function proxyTlsOptions(caCert: string): object {
  return { ca: [...rootCertificates, caCert] };
}

function pem(key: string, text: string | undefined, flag: string): object {
  if (text === undefined) return {};
  if (text.includes('-----BEGIN ')) return { [key]: text };
  throw new UsageError(`the file of ${flag} is not in PEM format`, {
    hint: 'A PEM file has a line that begins with -----BEGIN. `openssl x509 -inform der` converts others.',
  });
}
