import { AdminError } from '../model/errors.ts';

/**
 * An id as one segment of a path.
 * @throws AdminError for an id that would make it another path: servers and proxies resolve dots.
 */
export function segment(id: string): string {
  if (/^\.{0,2}$/.test(id) || id.length > 256)
    throw new AdminError('an id is empty, made of dots, or longer than 256 characters');
  return encodeURIComponent(id);
}
