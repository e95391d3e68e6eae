/*
 * Flags of V8, for a process of our own: what each gains stands beside it.
 */

/**
 * undici reads HTTP with llhttp in WebAssembly. After a few answers V8 begins to compile that anew, better, which takes a
 * third of a second of CPU and 30 MiB, and Node.js waits for it at the end of the program, however short; as it is at first,
 * the code reads ten thousand answers as fast. Not needed from Node.js 24 on.
 */
export function keepLlhttpAsItIs(): void {
  const [major = 0] = process.versions.node.split('.').map(Number);
  if (major >= 24) return;
  process.getBuiltinModule('node:v8').setFlagsFromString('--liftoff-only');
}

/** Bytes of OpenAPI documents from which on memory counts for more than the CPU time of collecting garbage. */
const MUCH = 2 * 1024 * 1024;

/** By how much of what is in use the heap may grow until garbage is collected; V8 lets it grow to four times as much. */
const GROWTH = '20';

/**
 * Watches how much is read, and asks V8 to keep the heap small once that is much: it would let garbage of several times what
 * is in use lie, above all that of large documents, of which one at a time is needed. Does nothing to other runs.
 */
export function smallHeap(): (bytes: number) => void {
  let read = 0;
  return (bytes) => {
    const isMuch = read >= MUCH;
    read += bytes;
    if (!isMuch && read >= MUCH) keepHeapSmall();
  };
}

/** A new limit counts from the end of a collection on, so that there is one at once. */
function keepHeapSmall(): void {
  const { setFlagsFromString } = process.getBuiltinModule('node:v8');
  setFlagsFromString(`--heap-growing-percent=${GROWTH}`);
  setFlagsFromString('--expose-gc');
  const collect: unknown = process.getBuiltinModule('node:vm').runInNewContext('gc');
  if (typeof collect === 'function') collect();
}
