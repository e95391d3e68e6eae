import { imageExtension } from '../model/image-type.ts';
import { BOTH, plain } from './field.ts';
import { text } from './wire.ts';

export const logo = plain<string>({
  on: BOTH,
  fallback: '',
  read: text,
  describe,
  include: { key: 'logo_file', folder: 'logos', content, extension },
});

function describe(value: string): string {
  return value === '' ? '' : `${Buffer.byteLength(value, 'base64')} bytes`;
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
