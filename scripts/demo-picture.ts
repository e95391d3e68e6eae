import { runAdc } from '../test/support/run-adc.ts';
import { COLOURS, element, styledParts } from './terminal-text.ts';

const COLUMNS = 96;
const [BACKGROUND, FOREGROUND] = COLOURS.dark;
const COMMENT = COLOURS.dark[7];
const LINE = 18;
const MARGIN = 12;
const FONT = "14px ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace";

/** The duration of a scene in seconds: a base, and a part for each line. */
const SECONDS = { scene: 1.5, line: 0.2 };
/** When the parts of a scene appear, as shares of its duration. */
const APPEARS = [0, 0.2, 0.26];

/** One screen of the demo: the comments, the command, and its output. */
type Scene = readonly (readonly string[])[];

/** docs/images/demo.svg: the output of `adc demo`, one screen after another. Animated with CSS, which GitHub supports. */
export async function demoPicture(): Promise<string> {
  const columns = (): number => COLUMNS;
  const { exitCode, out, err } = await runAdc(['demo'], { cwd: '/', colour: true, columns });
  if (exitCode !== 0) throw new Error(`adc demo ended with ${exitCode}: ${err}`);
  return picture(scenesIn(out.replaceAll(/http:\/\/127\.0\.0\.1:\d+/g, 'http://127.0.0.1:7080')));
}

/** A scene for each command with the comments before it. Text after the last command belongs to its scene. */
function scenesIn(output: string): readonly Scene[] {
  const scenes = output.trim().split(/(?<=^\(exit code \d+\))\n+/m);
  const [last = '', before = ''] = scenes.toReversed();
  const complete = last.includes('\n$ ') ? scenes : [...scenes.slice(0, -2), `${before}\n\n${last}`];
  return complete.map((scene) => {
    const lines = scene.split('\n');
    const command = lines.findIndex((line) => line.startsWith('$ '));
    return [lines.slice(0, command), lines.slice(command, command + 1), lines.slice(command + 1)];
  });
}

function picture(scenes: readonly Scene[]): string {
  const rows = Math.max(...scenes.map((scene) => scene.flat().length));
  const [width, height] = [Math.ceil(COLUMNS * 8.43) + 2 * MARGIN, rows * LINE + 2 * MARGIN];
  const lasts = scenes.map((scene) => SECONDS.scene + SECONDS.line * scene.flat().length);
  const total = lasts.reduce((sum, seconds) => sum + seconds, 0);
  const still = scenes.findIndex((scene) => scene.flat().includes('(exit code 4)'));
  const parts = scenes.flatMap((scene, at) => {
    const begins = lasts.slice(0, at).reduce((sum, seconds) => sum + seconds, 0);
    const [length = 0] = lasts.slice(at);
    return scene.map((lines, place) => ({
      from: percent((begins + length * (APPEARS[place] ?? 0)) / total),
      to: percent((begins + length) / total),
      top: scene.slice(0, place).flat().length,
      isStill: at === still,
      lines,
    }));
  });
  const rules = parts.map(
    ({ from, to }, at) =>
      `.p${at}{animation-name:p${at}}@keyframes p${at}{0%{visibility:hidden}${from}{visibility:visible}${to}{visibility:hidden}}`,
  );
  const groups = parts.map(
    ({ lines, top, isStill }, at) =>
      `<g class="p${at}${isStill ? ' still' : ''}">\n${lines.map((line, row) => shown(line, top + row)).join('')}</g>\n`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img">
<title>adc demo: a change of authentication is refused with the number of subscribers, then allowed</title>
<style>
text{font:${FONT};fill:${FOREGROUND};white-space:pre}
g{visibility:hidden;animation:${total.toFixed(1)}s step-end infinite}
@media (prefers-reduced-motion:reduce){g{animation:none}.still{visibility:visible}}
${rules.join('\n')}
</style>
<rect width="100%" height="100%" rx="6" fill="${BACKGROUND}"/>
${groups.join('')}</svg>
`;
}

const percent = (share: number): string => `${(100 * share).toFixed(2)}%`;

/** A line of the terminal, comments and commands in bold; SVG colours text by `fill`. */
function shown(line: string, row: number): string {
  if (line === '') return '';
  const color = line.startsWith('# ') ? COMMENT : FOREGROUND;
  const parts = /^[#$] /.test(line)
    ? [{ text: line, style: { color, 'font-weight': 'bold' } }]
    : styledParts(line, 'dark').filter(({ text }) => text !== '');
  const tspans = parts.map((part) => element('tspan', part).replaceAll('color:', 'fill:')).join('');
  return `<text x="${MARGIN}" y="${MARGIN + LINE * row + LINE - 4}">${tspans}</text>\n`;
}
