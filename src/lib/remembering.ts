/** UTF-16 units of texts whose results are kept, beside the last two: whoever compares has two at hand. */
const MOST_KEPT = 4 * 1024 * 1024;

/** A function of a text that gives what it made of the last few texts without making it again. */
export function remembering<Made>(make: (text: string) => Made): (text: string) => Made {
  const known = new Map<string, Made>();
  let kept = 0;
  return (text) => {
    const isKnown = known.has(text);
    const made = isKnown ? (known.get(text) as Made) : make(text);
    if (!isKnown) kept += text.length;
    // The oldest stand first.
    known.delete(text);
    known.set(text, made);
    for (const oldest of known.keys()) {
      if (kept <= MOST_KEPT || known.size <= 2) break;
      known.delete(oldest);
      kept -= oldest.length;
    }
    return made;
  };
}
