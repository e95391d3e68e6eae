/**
 * The SHA-256 of a text in UTF-8. Most runs need none, and loading node:crypto takes longer than most of what they do, so
 * that it is loaded by the first.
 */
export function sha256(text: string, encoding: 'hex' | 'base64' = 'hex'): string {
  return process.getBuiltinModule('node:crypto').createHash('sha256').update(text).digest(encoding);
}
