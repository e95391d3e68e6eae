import type { SandboxView } from '../../model/portal-view.ts';
import { byId, element } from './dom.ts';
import { approvalList, productList, requestTable, serviceTable, waitingFaults } from './dashboard-parts.ts';
import { breakForm } from './dashboard-forms.ts';
import { metaText, onAction, readState } from './sandbox.ts';
import { say } from './say.ts';

const EVERY_MS = 1000;

interface Section {
  readonly id: string;
  readonly heading: string;
  readonly draw: (state: SandboxView) => readonly HTMLElement[];
}

/** The sections of the page, in columns. Each is drawn again where its content has changed, so that nothing else loses its place. */
const COLUMNS: Readonly<Record<string, readonly Section[]>> = {
  left: [
    { id: 'approvals', heading: 'Pending approvals', draw: approvalList },
    { id: 'products', heading: 'Products', draw: productList },
  ],
  right: [
    { id: 'break', heading: 'Break the next request', draw: waitingFaults },
    { id: 'requests', heading: 'Requests', draw: requestTable },
  ],
  below: [{ id: 'services', heading: 'Gateway services', draw: serviceTable }],
};

/** What stays around the content of a section when it is drawn again. */
const FRAMES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  approvals: { 'aria-live': 'polite' },
  requests: { class: 'scroll', role: 'group', tabindex: '0', 'aria-label': 'List of requests' },
};

function frame(): void {
  const portal = `http://${location.hostname}:${metaText('portal-port')}/`;
  byId('header').replaceChildren(
    element('p', { class: 'portal' }, 'adc dev'),
    element('nav', { 'aria-label': 'Pages' }, element('a', { href: portal }, 'Open the portal')),
    element(
      'div',
      { class: 'notes' },
      'The dashboard of an Admin API on this machine. Nothing here is real.',
    ),
  );
  const columns = Object.entries(COLUMNS).map(([name, sections]) =>
    element('div', { class: `column ${name}` }, ...sections.map(sectionOf)),
  );
  byId('main').replaceChildren(element('h1', {}, 'Dashboard'), ...columns);
}

function sectionOf({ id, heading }: Section): HTMLElement {
  return element(
    'section',
    { 'aria-labelledby': `${id}-title` },
    element('h2', { id: `${id}-title`, tabindex: '-1' }, heading),
    id === 'break' ? breakForm() : undefined,
    element('div', FRAMES[id] ?? {}, element('div', { id })),
  );
}

let isHere = true;

async function update(): Promise<void> {
  try {
    draw(await readState());
    if (!isHere) say('adc dev responds again');
    isHere = true;
  } catch {
    if (isHere) say('adc dev does not respond: is it still running?', 'refused');
    isHere = false;
  }
}

function draw(state: SandboxView): void {
  for (const { id, draw: parts } of Object.values(COLUMNS).flat()) {
    const [old, made] = [byId(id), element('div', { id }, ...parts(state))];
    if (!old.isEqualNode(made)) replace(old, made, `${id}-title`);
  }
}

/** The focus stays on the element of its id, or goes to the heading where that is gone. */
function replace(old: HTMLElement, made: HTMLElement, heading: string): void {
  const focused = old.contains(document.activeElement) ? document.activeElement?.id : undefined;
  old.replaceWith(made);
  if (focused !== undefined) (document.getElementById(focused) ?? byId(heading)).focus();
}

frame();
onAction(update);
void update();
setInterval(() => (document.hidden ? undefined : void update()), EVERY_MS);
