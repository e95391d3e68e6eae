import { Argument } from 'commander';
import { PLAIN, plural } from '../../report/words.ts';
import { lossesIn, type RecordedLosses } from '../../restore/losses.ts';
import type { RestoreOutcome } from '../../restore/restore.ts';
import { PORTAL_BACKEND, portalBackend, TRANSPORT } from '../connection.ts';
import { defineReport } from '../define-command.ts';
import { EXIT, interruptCode } from '../io.ts';
import { OUTPUT } from '../output.ts';
import { checkBackend, isRestored, pairJson, readRecord, restoreRecord } from '../recorded-run.ts';

/** `adc restore`: restores subscriptions that a recorded run ended (docs/design/contract.md §15). */
export const restore = defineReport({
  name: 'restore',
  summary: 'bring back subscriptions that a recorded sync ended',
  about:
    'Subscribes the applications again that a recorded sync cut off, through the Developer Portal backend, and accepts the approvals that its own requests cause. It changes no product, approves no other request, and can be repeated: what exists or was restored before is not requested again.',
  arguments: [new Argument('<record>', 'file that adc sync --record wrote')],
  options: { ...PORTAL_BACKEND, ...OUTPUT, ...TRANSPORT },
  examples: [['adc restore record.jsonl', 'bring back the subscriptions of a run']],
  exits: {
    done: 'every subscription of the record exists',
    failed: 'failed, or no subscription could be restored',
    partly: 'some subscriptions are missing or wait for approval; the report says why',
    interrupted: 'interrupted by Ctrl-C; the report lists what was restored',
    terminated: 'interrupted by SIGTERM or SIGHUP; the report lists what was restored',
  },
  run: async (call) => {
    const { io, report, args } = call;
    const record = await readRecord(args[0] ?? '', report);
    const losses = lossesIn(record.entries);
    const backend = await portalBackend(call);
    try {
      await checkBackend(backend);
      const pairs = await restoreRecord(record, backend, { report });
      const exitCode = io.signal.aborted ? interruptCode(io.signal) : restoreCode(pairs, losses);
      const { target } = record.start;
      const more = { target: { ...target }, subscriptions: pairs.map(pairJson), unknown: losses.unknown };
      report.end({ exitCode, text: summary(pairs, losses), more });
      return exitCode;
    } finally {
      await backend.close();
    }
  },
});

function restoreCode(pairs: readonly RestoreOutcome[], { unknown, subscriptions }: RecordedLosses): number {
  const isComplete = pairs.length === subscriptions.length && unknown.length === 0;
  if (isComplete && pairs.every(isRestored)) return EXIT.done;
  return pairs.some((pair) => isRestored(pair) || pair.outcome === 'pending') ? EXIT.partly : EXIT.failed;
}

function summary(pairs: readonly RestoreOutcome[], { unknown, subscriptions }: RecordedLosses): string {
  if (subscriptions.length + unknown.length === 0) return 'The record contains no subscriptions.\n';
  const count = (matches: (pair: RestoreOutcome) => boolean): number => pairs.filter(matches).length;
  const counts = [
    `${plural(count(isRestored), 'subscription')} restored or never lost`,
    `${count(({ outcome }) => outcome === 'pending')} waiting for approval`,
    `${subscriptions.length - count((pair) => isRestored(pair) || pair.outcome === 'pending')} not restored`,
  ];
  const lines = unknown.map(
    (name) => `The server did not list the subscriptions of ${PLAIN.name(name)} when they ended.`,
  );
  return [`${counts.join(', ')}.`, ...lines].map((line) => `${line}\n`).join('');
}
