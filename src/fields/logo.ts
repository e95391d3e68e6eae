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

/** The content of an image file; undefined unless the value is plain base64, since a file is read as base64. */
function content(value: string): Uint8Array | undefined {
  const bytes = Buffer.from(value, 'base64');
  return value !== '' && bytes.toString('base64') === value ? bytes : undefined;
}

/** The extension of an image file; undefined for other content, which could not be read again. */
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

/** The usual extension of an image, by its first bytes; undefined for an unknown type. */
export function imageExtension(content: Uint8Array): string | undefined {
  const start = Buffer.from(content.subarray(0, 4096)).toString('latin1');
  return IMAGES.find(([, pattern]) => pattern.test(start))?.[0];
}
