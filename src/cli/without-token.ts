import { hiddenIn } from '../lib/hidden-texts.ts';
import { printable } from '../lib/printable.ts';
import type { Admin, PortalReading } from '../model/admin.ts';
import type { LiveProduct } from '../model/live.ts';
import type { Io } from './io.ts';
import type { Reporter } from './reporter.ts';

/** The same portal for commands that write it into files: the token in use reads REDACTED there, with a warning. */
export function withoutToken(admin: Admin, { hidden }: Io, report: Reporter): Admin {
  if (hidden === undefined) return admin;
  const hide = hidden.forFiles();
  const safe = (product: LiveProduct): LiveProduct => {
    const fields = hiddenIn(product.fields, hide);
    if (fields === product.fields) return product;
    report.tell(`warning: "${printable(fields.name)}" holds the token in use, which is written as REDACTED`);
    return { ...product, fields };
  };
  const readPortal = async (reading: PortalReading = {}) =>
    admin.readPortal({
      ...reading,
      each: async (read) => {
        const product = safe(read);
        return reading.each ? reading.each(product) : product;
      },
    });
  return Object.create(admin, { readPortal: { value: readPortal } }) as Admin;
}
