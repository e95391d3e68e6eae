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
