import { cp, mkdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { validReport } from '../../support/published-schemas.ts';
import { happen } from '../../support/scenario.ts';
import { inSession, type PageSession } from './page-session.ts';
import type { Commands, Edit, Page, PageEvent, Shown, Step } from './page.ts';

/** What a page shows of the output of its commands, and what they really printed, with the addresses of the page. */
export interface Printed {
  /** Where the commands stand. */
  readonly place: string;
  readonly shown: Shown;
  readonly text: string;
}

/**
 * Does what a page says, in an empty folder with the program on the PATH, against an Admin API of its own.
 * @throws Error where a command ends otherwise than the page says, or an edit does not fit.
 */
export async function playPage({ steps }: Page, program: string): Promise<readonly Printed[]> {
  const printed: Printed[] = [];
  const dev = steps.flatMap((step) => (step.kind === 'commands' ? step.lines : [])).find(isDev);
  await inSession({ program, dev }, async (session) => {
    for (const step of steps) printed.push(...(await take(step, session)));
  });
  return printed;
}

const isDev = (line: string): boolean => line.startsWith('adc dev');

async function take(step: Step, session: PageSession): Promise<readonly Printed[]> {
  switch (step.kind) {
    case 'before':
      for (const event of step.events) await before(event, session);
      return [];
    case 'file':
      await session.place.write({ [step.name]: real(step.text, session) });
      return [];
    case 'edit': {
      const text = await readFile(join(session.place.folder, step.name), 'utf8');
      await session.place.write({ [step.name]: edited(text, step.edit, step.name) });
      return [];
    }
    case 'commands': {
      const text = await runAll(step, session);
      return step.shown === undefined ? [] : [{ place: step.place, shown: step.shown, text }];
    }
  }
}

async function runAll({ lines, exitCode, place }: Commands, session: PageSession): Promise<string> {
  let text = '';
  for (const [index, line] of lines.entries()) {
    const { said, exitCode: ended } = await runLine(line, session);
    const expected = index === lines.length - 1 ? exitCode : 0;
    if (ended !== expected)
      throw new Error(`${place}: ${line}\nends with ${ended}, not ${expected}:\n${said}`);
    text += said;
    await checkReport(line, session);
  }
  return session.addresses.reduce((so, { real, told }) => so.replaceAll(real, told), text);
}

/** A report that a command wrote into a file is valid against its schema (acceptance R1). */
async function checkReport(line: string, { place }: PageSession): Promise<void> {
  const [, file] = /--format json\b.* > (\S+)$/.exec(line) ?? [];
  if (file !== undefined) validReport(await readFile(join(place.folder, file), 'utf8'));
}

async function runLine(line: string, { bash, dev, ...session }: PageSession) {
  if (line === dev?.line) return { said: dev.welcome, exitCode: 0 };
  return bash.run(real(line, session));
}

function real(text: string, { addresses }: Pick<PageSession, 'addresses'>): string {
  return addresses.reduce((so, address) => so.replaceAll(address.told, address.real), text);
}

function edited(text: string, { before, after }: Edit, name: string): string {
  const parts = text.split(`${before}\n`);
  if (parts.length !== 2) throw new Error(`${name} does not hold exactly once:\n${before}`);
  return parts.join(`${after}\n`);
}

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

async function before(event: PageEvent, { place, dev }: PageSession): Promise<void> {
  if ('copy' in event) {
    const to = join(place.folder, event.to);
    await mkdir(dirname(to), { recursive: true });
    await cp(join(ROOT, event.copy), to, { recursive: true });
    return;
  }
  if (dev !== undefined) throw new Error('a page with `adc dev` does by itself what happens on the portal');
  const ran = await happen(event, place);
  if (ran !== undefined && ran.exitCode !== 0) throw new Error(`${event.adc}: ${ran.err}`);
}
