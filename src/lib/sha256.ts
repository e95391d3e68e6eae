/** The SHA-256 of a text in UTF-8. Loads node:crypto on first use, because loading is slow and often unnecessary. */
export function sha256(text: string, encoding: 'hex' | 'base64' = 'hex'): string {
  return process.getBuiltinModule('node:crypto').createHash('sha256').update(text).digest(encoding);
}
