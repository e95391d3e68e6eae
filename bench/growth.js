/** Numbers of products, of which the last is ten times SMALL. */
export const SIZES = [100, 300, 1_000, 3_000, 10_000, 30_000, 100_000];
const [SMALL, LARGE] = [10_000, 100_000];
/** How much more than in proportion a hundred thousand may take. */
const LINEAR = { times: 1.25 };

/** The points of a line in a plot. `sizes` has what was measured, each with its `size`; `of` takes a number of it. */
export function growthLine(name, sizes, of) {
  return { name, points: sizes.map((one) => [one.size, of(one)]) };
}

/** A line of the table: what the most products take, beside ten times what a tenth of them takes. */
export function growth(measure, unit, sizes, of) {
  const [small, large] = [SMALL, LARGE].map((size) => of(sizes.find((one) => one.size === size)));
  return { measure, unit, value: large, floor: small * 10, most: LINEAR };
}
