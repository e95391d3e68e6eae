/** Whether the goal is met; empty without a goal. */
export function verdict(line) {
  const { most } = line;
  if (most === undefined) return '';
  const isMet = most.times === undefined ? line.value <= most.value : ratioOf(line) <= most.times;
  return isMet ? 'met' : 'missed';
}

const ratioOf = ({ value, floor }) => value / floor;

const HEAD = ['ratio', 'goal', '', 'work', 'of', 'measured', 'floor', 'runs'];

function cells(line) {
  const { work, measure, value, floor, unit, most, runs } = line;
  const ratio = floor === undefined ? '' : `${ratioOf(line).toFixed(2)} ×`;
  const times = most?.times === undefined ? '' : `≤ ${most.times} ×`;
  const goal = most?.value === undefined ? times : `≤ ${most.value} ${unit}`;
  const amount = (number) => (number === undefined ? '' : `${shown(number)} ${unit}`);
  return [ratio, goal, verdict(line), work, measure, amount(value), amount(floor), String(runs)];
}

/** A number with three significant digits; above 100, a whole number. */
export function shown(number) {
  if (number >= 100) return Math.round(number).toLocaleString('en-US');
  return String(Number(number.toPrecision(3)));
}

/** The table as Markdown, aligned for a terminal. */
export function tableText(lines) {
  const rows = [HEAD, ...lines.map(cells)];
  const widths = HEAD.map((_, column) => Math.max(3, ...rows.map((row) => row[column].length)));
  const text = (row) => `| ${row.map((cell, column) => cell.padEnd(widths[column])).join(' | ')} |`;
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`;
  return [text(HEAD), rule, ...lines.map((line) => text(cells(line)))].join('\n');
}
