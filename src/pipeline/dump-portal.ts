import { dump, type Dump, type DumpOptions } from '../dump/dump.ts';
import { liveReferences } from '../dump/live-references.ts';
import type { Admin } from '../model/admin.ts';

/** The story of `dump`: what is live, with the names of what it refers to, as product files (contract §8). Only reads. */
export async function dumpPortal(admin: Admin, options: DumpOptions): Promise<Dump> {
  const live = await admin.readPortal();
  const directory = await admin.readDirectory(liveReferences(live));
  return dump(admin.target.portal, live, directory, options);
}
