import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Pair {
  readonly cert: string;
  readonly key: string;
}

export interface Certificates {
  /** Self-signed. Signs the other certificates. */
  readonly ca: Pair;
  /** For 127.0.0.1. */
  readonly server: Pair;
  /** For another host. */
  readonly elsewhere: Pair;
  readonly user: Pair;
  /** Self-signed. Signs no other certificate. */
  readonly stranger: Pair;
}

const NEW_KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];

/** Creates new certificates with openssl, valid for two days. Leaves no files. */
export function certificates(): Certificates {
  const folder = mkdtempSync(join(tmpdir(), 'adc-tls-'));
  try {
    const ca = authority(folder, 'ca');
    const server = signed(folder, 'server', 'IP:127.0.0.1');
    const elsewhere = signed(folder, 'elsewhere', 'DNS:elsewhere.example.com');
    const user = signed(folder, 'user', 'DNS:user');
    return { ca, server, elsewhere, user, stranger: authority(folder, 'stranger') };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function authority(folder: string, name: string): Pair {
  openssl(folder, 'req', '-x509', ...NEW_KEY, '-days', '2', '-subj', `/CN=${name}`, ...outputs(name, 'pem'));
  return pair(folder, name);
}

function signed(folder: string, name: string, names: string): Pair {
  writeFileSync(join(folder, `${name}.ext`), `subjectAltName=${names}`);
  openssl(folder, 'req', ...NEW_KEY, '-subj', `/CN=${name}`, ...outputs(name, 'csr'));
  const by = [
    '-CA',
    'ca.pem',
    '-CAkey',
    'ca.key',
    '-CAcreateserial',
    '-days',
    '2',
    '-extfile',
    `${name}.ext`,
  ];
  openssl(folder, 'x509', '-req', '-in', `${name}.csr`, ...by, '-out', `${name}.pem`);
  return pair(folder, name);
}

const outputs = (name: string, kind: string): readonly string[] => [
  '-keyout',
  `${name}.key`,
  '-out',
  `${name}.${kind}`,
];

function openssl(folder: string, ...args: readonly string[]): void {
  execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' });
}

function pair(folder: string, name: string): Pair {
  const read = (kind: string): string => readFileSync(join(folder, `${name}.${kind}`), 'utf8');
  return { cert: read('pem'), key: read('key') };
}
