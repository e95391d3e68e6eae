import { shown } from './table.js';

const [WIDTH, HEIGHT] = [720, 420];
const FRAME = { left: 84, right: 36, top: 56, bottom: 56 };
const STYLE = `
    text { font: 13px system-ui, sans-serif; fill: #444; }
    .title { font-size: 16px; font-weight: 600; fill: #111; }
    .grid { stroke: #ddd; } .guide { stroke: #999; stroke-dasharray: 2 5; fill: none; }
    .line { fill: none; stroke-width: 2.5; } .a { stroke: #0969da; } .b { stroke: #bc4c00; } .c { stroke: #1a7f37; }
    .dot.a { fill: #0969da; } .dot.b { fill: #bc4c00; } .dot.c { fill: #1a7f37; }
    @media (prefers-color-scheme: dark) {
      text { fill: #bbb; } .title { fill: #eee; } .grid { stroke: #3a3f46; } .guide { stroke: #777; }
      .a { stroke: #58a6ff; } .b { stroke: #f0883e; } .c { stroke: #56d364; }
      .dot.a { fill: #58a6ff; } .dot.b { fill: #f0883e; } .dot.c { fill: #56d364; }
    }`;

/**
 * A plot as SVG with two logarithmic axes. Linear growth is parallel to the dotted lines. The background is transparent, and
 * the colours work in light and dark themes.
 * @param picture `title`, `x` and `y` as names of the axes, `lines` of `{ name, points: [[x, y], …] }`, three at most.
 */
export function plotText({ title, x, y, lines }) {
  const points = lines.flatMap((line) => line.points);
  const across = axis(
    points.map(([one]) => one),
    [FRAME.left, WIDTH - FRAME.right],
  );
  const up = axis(
    points.map(([, one]) => one),
    [HEIGHT - FRAME.bottom, FRAME.top],
  );
  const parts = [
    ...across.powers.map((power) => upright(across.at(power), shown(power))),
    ...up.powers.map((power) => level(up.at(power), shown(power))),
    ...guides(across, up),
    ...lines.map((line, place) => drawn(line, place, across, up)),
    label(FRAME.left, 24, title, 'title'),
    label(WIDTH - FRAME.right, HEIGHT - 14, x, '', 'end'),
    label(FRAME.left, 44, y),
  ];
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${title}">
  <style>${STYLE}
  </style>
  ${parts.join('\n  ')}
</svg>
`;
}

/** A logarithmic axis over [from, to] in pixels. It starts and ends at powers of ten around the values. */
function axis(values, [from, to]) {
  const least = Math.floor(Math.log10(Math.min(...values)));
  const most = Math.max(least + 1, Math.ceil(Math.log10(Math.max(...values))));
  const at = (value) =>
    Number((from + ((Math.log10(value) - least) / (most - least)) * (to - from)).toFixed(1));
  return { at, powers: Array.from({ length: most - least + 1 }, (_, place) => 10 ** (least + place)) };
}

/** Dotted lines of linear growth, from each power of ten on the left and at the bottom. */
function guides(across, up) {
  const [first, last] = [across.powers[0], across.powers.at(-1)];
  const [low, high] = [up.powers[0], up.powers.at(-1)];
  const starts = [...up.powers.map((y) => [first, y]), ...across.powers.slice(1).map((x) => [x, low])];
  return starts.flatMap(([x, y]) => {
    const times = Math.min(last / x, high / y);
    if (times <= 1) return [];
    const end = `${across.at(x * times)} ${up.at(y * times)}`;
    return [`<path class="guide" d="M${across.at(x)} ${up.at(y)} L${end}"/>`];
  });
}

/** A line with its points. Its name is at the end: above the first line, below the other lines. */
function drawn({ name, points }, order, across, up) {
  const colour = 'abc'[order];
  const places = points.map(([x, y]) => [across.at(x), up.at(y)]);
  const path = places.map(([x, y], place) => `${place === 0 ? 'M' : 'L'}${x} ${y}`).join(' ');
  const dots = places.map(([x, y]) => `<circle class="dot ${colour}" cx="${x}" cy="${y}" r="3.5"/>`);
  const [x, y] = places.at(-1);
  return [
    `<path class="line ${colour}" d="${path}"/>`,
    ...dots,
    label(x - 8, order === 0 ? y - 14 : y + 44, name, '', 'end'),
  ].join('\n  ');
}

const upright = (x, text) =>
  `<path class="grid" d="M${x} ${FRAME.top} V${HEIGHT - FRAME.bottom}"/>${label(x, HEIGHT - FRAME.bottom + 18, text, '', 'middle')}`;

const level = (y, text) =>
  `<path class="grid" d="M${FRAME.left} ${y} H${WIDTH - FRAME.right}"/>${label(FRAME.left - 8, y + 4, text, '', 'end')}`;

function label(x, y, text, style = '', anchor = 'start') {
  return `<text x="${x}" y="${y}" text-anchor="${anchor}"${style && ` class="${style}"`}>${text}</text>`;
}
