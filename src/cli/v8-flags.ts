/* Flags of V8 for the process of adc, each with its gain. */

/**
 * For commands that send requests, which end before most optimized code has paid for its compilation.
 *
 * V8 inlines at most a quarter of its default, so it compiles a function faster. Gain: a first `adc sync` of 500 products takes
 * 2,270 instead of 2,680 ms of CPU, and an `adc diff` of 3,000 products 3,310 instead of 3,760 ms (best of 6 and of 2,
 * Node.js 20).
 *
 * undici reads HTTP with llhttp in WebAssembly. After a few responses V8 compiles it a second time, with optimizations, and
 * Node.js waits for that at the end of the program. The unoptimized code reads ten thousand responses as fast. Not needed
 * since Node.js 24. Gain: `adc ping` takes 219 instead of 520 ms of CPU and 51 instead of 87 MiB, `adc diff` of one
 * product 296 instead of 587 ms and 56 instead of 91 MiB (best of 15, Node.js 20).
 */
export function compileLess(): void {
  const { setFlagsFromString } = process.getBuiltinModule('node:v8');
  setFlagsFromString('--max-inlined-bytecode-size-cumulative=200');
  const [major = 0] = process.versions.node.split('.').map(Number);
  if (major < 24) setFlagsFromString('--liftoff-only');
}

/** Bytes of OpenAPI documents above which memory matters more than the CPU time of garbage collection. */
const LARGE_INPUT = 2 * 1024 * 1024;

/**
 * Growth of the heap in percent of the used memory before the next garbage collection; the default of V8 is four
 * times as much.
 */
const GROWTH = '20';

/**
 * Counts the bytes that are read, and makes V8 keep the heap small above 2 MiB. V8 would otherwise keep several times
 * the used memory as garbage, mostly from large documents, which adc needs one at a time.
 *
 * Gain: `adc lint` of 24 OpenAPI documents of 1.8 MB takes 129 instead of 149 MiB, for 4 % more CPU (best of 3, Node.js 20).
 */
export function smallHeap(): (bytes: number) => void {
  let read = 0;
  return (bytes) => {
    const isMuch = read >= LARGE_INPUT;
    read += bytes;
    if (!isMuch && read >= LARGE_INPUT) keepHeapSmall();
  };
}

/** A new limit applies after the next garbage collection, so this runs one now. */
function keepHeapSmall(): void {
  const { setFlagsFromString } = process.getBuiltinModule('node:v8');
  setFlagsFromString(`--heap-growing-percent=${GROWTH}`);
  setFlagsFromString('--expose-gc');
  const collect: unknown = process.getBuiltinModule('node:vm').runInNewContext('gc');
  if (typeof collect === 'function') collect();
}
