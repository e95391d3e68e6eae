import { sha256 } from '../lib/sha256.ts';
import { imageExtension } from '../model/image-type.ts';
import { BOTH, plain, type Items } from './field.ts';
import { text } from './wire.ts';

export const logo = plain<string>({
  on: BOTH,
  fallback: '',
  read: text,
  items,
  include: { key: 'logo_file', folder: 'logos', content, extension },
});

/** An image is shown by its size and digest: people do not read base64. */
function items(value: string, path: string): Items {
  const digest = sha256(value).slice(0, 8);
  const shown = value === '' ? '' : `${Buffer.byteLength(value, 'base64')} bytes, sha256:${digest}`;
  return new Map([[path, shown]]);
}

/** A file is read as base64 again, so that only plain base64 can be a file. */
function content(value: string): Uint8Array | undefined {
  const bytes = Buffer.from(value, 'base64');
  return value !== '' && bytes.toString('base64') === value ? bytes : undefined;
}

/** Only images are read back. */
function extension(value: string): string | undefined {
  return imageExtension(Buffer.from(value, 'base64'));
}
