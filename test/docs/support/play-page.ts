import { validReport } from '../../support/published-schemas.ts';
import { PageSession } from './page-session.ts';
import type { Commands, Edit, Page, Shown, Step } from './page.ts';

/** The shown and the real output of commands, with the addresses of the page. */
export interface Printed {
  /** The place of the commands. */
  readonly place: string;
  readonly shown: Shown;
  readonly text: string;
}

/**
 * Runs a page in an empty folder with the program on the PATH.
 * @throws Error if a command has another exit code than the page, or if an edit does not match.
 */
export async function playPage({ steps }: Page, program: string): Promise<readonly Printed[]> {
  const printed: Printed[] = [];
  await PageSession.use(program, async (session) => {
    for (const step of steps) printed.push(...(await take(step, session)));
  });
  return printed;
}

async function take(step: Step, session: PageSession): Promise<readonly Printed[]> {
  switch (step.kind) {
    case 'file':
      await session.write(step.name, step.text);
      return [];
    case 'edit':
      await session.write(step.name, edited(await session.read(step.name), step.edit, step.name));
      return [];
    case 'commands': {
      const text = await runAll(step, session);
      return step.shown === undefined ? [] : [{ place: step.place, shown: step.shown, text }];
    }
  }
}

async function runAll({ lines, exitCode, place }: Commands, session: PageSession): Promise<string> {
  let text = '';
  for (const [index, line] of lines.entries()) {
    const { said, exitCode: ended } = await session.run(line);
    const expected = index === lines.length - 1 ? exitCode : 0;
    if (ended !== expected)
      throw new Error(`${place}: ${line}\nends with ${ended}, not ${expected}:\n${said}`);
    text += said;
    await checkReport(line, session);
  }
  return text;
}

/** A report that a command wrote into a file is valid against its schema (docs/design/contract.md §3.2). */
async function checkReport(line: string, session: PageSession): Promise<void> {
  const [, file] = /--format json\b.* > (\S+)$/.exec(line) ?? [];
  if (file !== undefined) validReport(await session.read(file));
}

function edited(text: string, { before, after }: Edit, name: string): string {
  const parts = text.split(`${before}\n`);
  if (parts.length !== 2) throw new Error(`${name} does not hold exactly once:\n${before}`);
  return parts.join(`${after}\n`);
}
