import { Argument } from 'commander';
import { undoFiles, type Undo } from '../../api/undo-files.ts';
import { updateWarnings } from '../../dump/update/update-text.ts';
import { listed, printable } from '../../lib/printable.ts';
import type { ReportParts } from '../../report/report.ts';
import { PLAIN, plural } from '../../report/words.ts';
import { lossesIn } from '../../restore/losses.ts';
import { defineReport } from '../define-command.ts';
import { endWithErrors, readEditable, writeUpdate } from '../dump-update.ts';
import { EXIT } from '../io.ts';
import { flag } from '../options.ts';
import { OUTPUT } from '../output.ts';
import { chosenEnvironment, fileInput, FILES, PROJECT } from '../project.ts';
import { readRecord, type ExistingRecord } from '../recorded-run.ts';

/** `adc undo`: edits files so that they declare the portal before a recorded run (docs/design/contract.md §15). */
export const undo = defineReport({
  name: 'undo',
  summary: 'bring product files back to the state before a recorded sync',
  about:
    'Edits product files so that they declare the state before a recorded sync: changed fields get their values back, deleted products are added, created ones are removed. It connects to no server: review the edits, and let adc sync apply them under the same rules as every change.',
  arguments: [new Argument('<record>', 'file that adc sync --record wrote')],
  options: {
    dryRun: flag('--dry-run', 'print the edits and write no file'),
    ...FILES,
    ...OUTPUT,
    ...PROJECT,
  },
  examples: [
    ['adc undo record.jsonl --dry-run', 'print what would change in the files'],
    ['adc undo record.jsonl -f products/', 'edit the files'],
  ],
  exits: { done: 'files edited, or nothing to edit', failed: 'failed, no file changed' },
  run: async (call) => {
    const { options, io, report, args, project } = call;
    chosenEnvironment(project);
    const record = await readRecord(args[0] ?? '', report);
    const input = fileInput(options, io, project);
    const { value: editable, diagnostics } = await readEditable(input, io.cwd, {
      stdin: 'undo edits files, so it cannot read standard input',
      exceptions:
        'Revert its commit, or edit it by hand. To undo the run in the other files, name them with -f.',
    });
    if (editable === undefined) return endWithErrors(report, diagnostics);
    const { files, texts } = editable;
    const { value: undone, diagnostics: found } = await undoFiles(files, record, { texts, input });
    if (undone === undefined) return endWithErrors(report, [...diagnostics, ...found]);
    for (const warning of updateWarnings(undone)) report.tell(`warning: ${warning}`);
    const notUndone = changesNotUndone(undone, record);
    const edited = [...undone.files, ...undone.includes].map(({ file }) => file);
    if (!options.dryRun) await writeUpdate(undone);
    const more = {
      target: { ...record.start.target },
      dry_run: options.dryRun,
      ...undoJson(undone, edited, notUndone),
    };
    report.end({ exitCode: EXIT.done, text: undoText(undone, edited, notUndone, options.dryRun), more });
    return EXIT.done;
  },
});

/** The changes that no edit of a file can undo, a sentence for each. */
function changesNotUndone(undone: Undo, { entries }: ExistingRecord): readonly string[] {
  const names = (some: readonly string[]): string =>
    listed(
      some.map((name) => PLAIN.name(name)),
      undefined,
    );
  const added = undone.added.filter(({ file }) => file !== undefined).map(({ product }) => product);
  const notAdded = undone.added.filter(({ file }) => file === undefined).map(({ product }) => product);
  const { subscriptions, unknown, restored } = lossesIn(entries);
  const ended = subscriptions.filter(({ key }) => !restored.has(key)).length;
  const rows: readonly (readonly [boolean, string])[] = [
    [added.length > 0, `${names(added)} will be created with a new id.`],
    [notAdded.length > 0, `${names(notAdded)} could not be added to a file.`],
    [
      undone.undeclared.length > 0,
      `No file declares ${names(undone.undeclared)}: edit them where they are declared.`,
    ],
    [
      undone.unrecorded.length > 0,
      `The record ends before the state of ${names(undone.unrecorded)}, so the files keep it. A run that ended there had not changed it.`,
    ],
    [undone.adopted.length > 0, `${names(undone.adopted)} keeps the owner label that sync wrote.`],
    [ended > 0, `${plural(ended, 'subscription')} ended: adc restore brings them back after the next sync.`],
    [unknown.length > 0, `The server did not list the subscriptions of ${names(unknown)} when they ended.`],
  ];
  return rows.filter(([applies]) => applies).map(([, sentence]) => sentence);
}

function undoText(
  undone: Undo,
  edited: readonly string[],
  notUndone: readonly string[],
  isDryRun: boolean,
): string {
  const fields = undone.changed.map(
    ({ file, product, field }) => `${printable(file)}: ${PLAIN.name(product)}: ${field}`,
  );
  const gone = undone.gone.map(
    ({ file, product, removed }) =>
      `${printable(file)}: ${PLAIN.name(product)}: ${removed ? 'removed, since the run created it' : 'cannot be removed'}`,
  );
  const added = undone.added.flatMap(({ file, product }) =>
    file === undefined ? [] : [`${printable(file)}: ${PLAIN.name(product)}: added, since the run deleted it`],
  );
  const written = isDryRun ? 'Would write' : 'Written';
  const end =
    edited.length === 0
      ? 'Nothing to undo in the files.'
      : `${written}: ${listed(edited.map(printable), undefined)}.`;
  return [...fields, ...gone, ...added, ...notUndone, end].map((line) => `${line}\n`).join('');
}

function undoJson(
  undone: Undo,
  edited: readonly string[],
  notUndone: readonly string[],
): ReportParts<'undo'> {
  return {
    files: edited.map((path) => ({ path })),
    changed: undone.changed.map((one) => ({ ...one })),
    left_alone: undone.left.map(({ file, product, field, why, mistake }) => ({
      file,
      product,
      field,
      why,
      ...(mistake !== undefined && { mistake }),
    })),
    removed: undone.gone.filter(({ removed }) => removed).map(({ file, product }) => ({ file, product })),
    added: undone.added.map(({ product, file }) => ({ product, file: file ?? null })),
    not_undone: notUndone,
  };
}
