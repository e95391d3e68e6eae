const LONGEST = 120;

/** Text of at most 120 characters, the last one an ellipsis where something is missing. */
export function shortened(text: string): string {
  if (text.length <= LONGEST) return text;
  return `${text.slice(0, LONGEST - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}
