import { ping as askServer, type PingReport } from '../../admin/session.ts';
import { printable } from '../../lib/printable.ts';
import { targetLine } from '../../report/words.ts';
import { CONNECTION, connectionOf } from '../connection.ts';
import { defineReport, ONLY_READS } from '../define-command.ts';
import { EXIT } from '../io.ts';
import { OUTPUT } from '../output.ts';

/**
 * `adc ping`: checks address, token and portal, and prints the server version and dialect (docs/design/contract.md
 * §3).
 */
export const ping = defineReport({
  name: 'ping',
  summary: 'check the address, the token and the portal',
  about:
    'Checks the address, the token and the portal, and prints the server version and the API dialect. It only reads.',
  options: { ...OUTPUT, ...CONNECTION },
  examples: [
    ['adc ping --portal default', 'print server version and dialect'],
    ['adc ping --portal default --verbose 2', 'print each request'],
  ],
  exits: { done: 'the portal responds', failed: 'failed; the message says why', ...ONLY_READS },
  run: async (call) => {
    const found = await askServer(await connectionOf(call));
    const { target, version, credential, user } = found;
    const more = { target: { ...target }, version: version ?? null, credential, user: user ?? null };
    call.report.end({ exitCode: EXIT.done, text: pingText(found), more });
    return EXIT.done;
  },
});

function pingText({ target, version, credential, user }: PingReport): string {
  const lines = [
    targetLine(target),
    `server version: ${version === undefined ? 'not reported' : printable(version)}`,
    `credential: sent as ${credential}${user === undefined ? '' : `, of the user ${printable(user)}`}`,
  ];
  return `${lines.join('\n')}\n`;
}
