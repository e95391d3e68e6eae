import { isOwnerName } from '../model/ownership.ts';

const LONGEST = 60;

/**
 * An owner for a new repository: `acme.payments-apis` from the address of its remote, else the name of the directory
 * with four hex digits, which distinguish directories with the same name (docs/design/contract.md §10). Pure.
 * @param digits four hex digits.
 */
export function ownerName(remote: string | undefined, folder: string, digits: string): string {
  const fromRemote = remote === undefined ? '' : ownerText(pathOf(remote), LONGEST);
  if (isOwnerName(fromRemote)) return fromRemote;
  const name = ownerText([folder], LONGEST - digits.length - 1);
  return `${name === '' ? 'products' : name}-${digits}`;
}

/** The path of a remote: `git@host:acme/apis.git`, `https://host/acme/apis`, `ssh://git@host:22/acme/apis.git`. */
function pathOf(remote: string): readonly string[] {
  const text = remote
    .trim()
    .replace(/\/+$/, '')
    .replace(/\.git$/, '');
  const path = URL.canParse(text) ? new URL(text).pathname : text.replace(/^[^/]*:/, '');
  return path.split('/').filter((part) => part !== '' && part !== '.' && part !== '..');
}

/** The parts joined by dots; only the last ones if the text would be too long. */
function ownerText(parts: readonly string[], most: number): string {
  const words = parts.map((part) =>
    part
      .toLowerCase()
      .replaceAll(/[^a-z0-9._-]+/g, '-')
      .replaceAll(/^[._-]+|[._-]+$/g, ''),
  );
  return words
    .filter((word) => word !== '')
    .join('.')
    .slice(-most)
    .replace(/^[._-]+/, '');
}
