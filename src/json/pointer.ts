/** A path as an RFC 6901 pointer: `['auth', 'a/b', 0]` is `/auth/a~1b/0`, as the validator reports it. */
export function jsonPointer(path: readonly (string | number)[]): string {
  return path.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

/** The path of a pointer; every step is text, even an index. */
export function pointerPath(pointer: string): readonly string[] {
  const steps = pointer.split('/').slice(1);
  return steps.map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
}
