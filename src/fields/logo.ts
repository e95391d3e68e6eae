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

/* oxlint-disable no-control-regex -- image files begin with control characters */
const IMAGES: readonly (readonly [extension: string, start: RegExp])[] = [
  ['png', /^\x89PNG\r\n/],
  ['jpg', /^\xff\xd8\xff/],
  ['gif', /^GIF8/],
  ['webp', /^RIFF[^]{4}WEBP/],
  ['svg', /^(?:\xef\xbb\xbf)?\s*<(?:svg|\?xml[^]*<svg|!--[^]*<svg|!DOCTYPE svg)/i],
  ['bmp', /^BM[^]{4}\0\0\0\0/],
  ['ico', /^\0\0\x01\0/],
  ['avif', /^[^]{4}ftypavi[fs]/],
  ['tiff', /^(?:II\*\0|MM\0\*)/],
];

/** The usual extension of an image, by how its bytes begin; undefined for bytes of no known image type. */
export function imageExtension(content: Uint8Array): string | undefined {
  const start = Buffer.from(content.subarray(0, 4096)).toString('latin1');
  return IMAGES.find(([, pattern]) => pattern.test(start))?.[0];
}
