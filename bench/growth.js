/** Numbers of products. */
export const SIZES = [100, 300, 1_000, 3_000, 10_000, 30_000, 100_000];
const [SMALL, LARGE] = [10_000, 100_000];
/** The permitted factor above linear growth. */
const LINEAR = { times: 1.25 };

/** A line of a plot. `sizes` are the measurements with their `size`; `of` returns the value of a measurement. */
export function growthLine(name, sizes, of) {
  return { name, points: sizes.map((one) => [one.size, of(one)]) };
}

/** A line of the table: the value for LARGE products, with ten times the value for SMALL products as the floor. */
export function growth(measure, unit, sizes, of) {
  const [small, large] = [SMALL, LARGE].map((size) => of(sizes.find((one) => one.size === size)));
  return { measure, unit, value: large, floor: small * 10, most: LINEAR };
}
