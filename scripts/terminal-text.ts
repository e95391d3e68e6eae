/** Common terminal colours: background, foreground, then SGR 31 to 36. */
export const COLOURS = {
  dark: ['#0c0c0c', '#cccccc', '#e74856', '#13a10e', '#c19c00', '#3b78ff', '#c239b3', '#3a96dd'],
  light: ['#ffffff', '#24292f', '#cc0000', '#3a7a00', '#c4a000', '#3465a4', '#75507b', '#06788a'],
} as const;

export type Theme = keyof typeof COLOURS;

/** A part of a text with the CSS properties of its SGR codes. */
export interface StyledPart {
  readonly text: string;
  readonly style: Readonly<Record<string, string>>;
}

/** Splits a text at SGR codes with one number, the only codes that the program prints. @throws Error for an unknown code. */
export function styledParts(text: string, theme: Theme): readonly StyledPart[] {
  const [plain = '', ...coded] = text.split('\u001b[');
  let style: StyledPart['style'] = {};
  const parts = coded.map((part) => {
    const end = part.indexOf('m');
    style = { ...style, ...effectOf(Number(part.slice(0, end)), COLOURS[theme]) };
    return { text: part.slice(end + 1), style };
  });
  return [{ text: plain, style: {} }, ...parts];
}

function effectOf(code: number, colours: readonly string[]): StyledPart['style'] {
  if (code === 1) return { 'font-weight': 'bold' };
  if (code === 2) return { opacity: '.65' };
  if (code === 22) return { 'font-weight': 'normal', opacity: '1' };
  if (code === 39) return { color: 'inherit' };
  const color = colours[code - 29];
  if (!(code >= 31) || color === undefined) throw new Error(`an unknown code of the terminal: ${code}`);
  return { color };
}

/** The part as an HTML or SVG element. */
export function element(name: 'span' | 'tspan', { text, style }: StyledPart): string {
  const css = Object.entries(style).map(([property, value]) => `${property}:${value}`);
  const attribute = css.length === 0 ? '' : ` style="${css.join(';')}"`;
  return `<${name}${attribute}>${text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')}</${name}>`;
}
