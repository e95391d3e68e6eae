import { printable } from '../lib/printable.ts';
import type { Target } from '../model/live.ts';

/** The first line of what `diff` and `sync` say: where all this is about to happen (docs/design/contract.md §3.2). */
export function targetLine({ server, portal, dialect }: Target): string {
  return `Portal "${printable(portal.name)}" at ${printable(server)} (${dialect} dialect)`;
}
