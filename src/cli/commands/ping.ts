import { ping as askServer, type PingReport } from '../../admin/ping.ts';
import { printable } from '../../lib/printable.ts';
import { targetLine } from '../../report/target-line.ts';
import { connectionOf } from '../connection.ts';
import { EXIT } from '../exit-codes.ts';
import type { Io } from '../io.ts';
import { reporter } from '../reporter.ts';
import { Settings, type Flags } from '../settings.ts';

/** `adc ping`: checks address, token and portal, and says what answered (contract §3). */
export async function ping(flags: Flags, io: Io): Promise<number> {
  const report = await reporter('ping', flags, io);
  const settings = await Settings.read(flags, io);
  const found = await askServer(await connectionOf(settings, io));
  const { target, version, credential, user } = found;
  const more = { target: { ...target }, version: version ?? null, credential, user: user ?? null };
  report.end({ exitCode: EXIT.done, text: pingText(found), more });
  return EXIT.done;
}

function pingText({ target, version, credential, user }: PingReport): string {
  const lines = [
    targetLine(target),
    `server version: ${version === undefined ? 'not told' : printable(version)}`,
    `credential: sent as ${credential}${user === undefined ? '' : `, of the user ${printable(user)}`}`,
  ];
  return `${lines.join('\n')}\n`;
}
