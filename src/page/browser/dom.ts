type Attributes = Readonly<Record<string, string | undefined>>;
export type Child = Node | string | undefined;

/** Creates an element. Strings become text, never markup. Undefined attributes and children are omitted. */
export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes))
    if (value !== undefined) made.setAttribute(name, value);
  made.append(...children.filter((child) => child !== undefined));
  return made;
}

/** Creates a button that does not submit its form. */
export function button(
  attributes: Attributes,
  onClick: () => void,
  ...children: readonly Child[]
): HTMLElement {
  const made = element('button', { type: 'button', ...attributes }, ...children);
  made.addEventListener('click', onClick);
  return made;
}

/** Finds an element of the page. @throws Error if there is no such id. */
export function byId(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`the page has no #${id}`);
  return found;
}

/** Text for screen readers. */
export const spoken = (text: string): HTMLElement => element('span', { class: 'spoken' }, text);

export type IconName = keyof typeof PATHS;

const PATHS = {
  lock: 'M5 7V5a3 3 0 0 1 6 0v2h1v7H4V7zm1.5 0h3V5a1.5 1.5 0 0 0-3 0z',
  warning: 'M8 1.5 15.5 14.5H.5zM7.25 6v4h1.5V6zm0 5.25v1.5h1.5v-1.5z',
  document: 'M3.5 1h6l3 3v11h-9zm5 1.5v2.5H11z',
} as const;

/** Creates an icon. It is hidden from screen readers, because the text beside it says the same. */
export function icon(name: IconName): SVGElement {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  const path = document.createElementNS('http://www.w3.org/2000/svg', 'path');
  for (const [attribute, value] of [
    ['viewBox', '0 0 16 16'],
    ['class', 'icon'],
    ['aria-hidden', 'true'],
  ] as const)
    svg.setAttribute(attribute, value);
  path.setAttribute('d', PATHS[name]);
  path.setAttribute('fill-rule', 'evenodd');
  svg.append(path);
  return svg;
}

/** Shows a message at the foot of the page, which screen readers announce. It fades out unless it reports a failure. */
export function say(text: string, kind: 'done' | 'refused' = 'done'): void {
  byId('status').replaceChildren(element('p', { class: kind }, text));
}
