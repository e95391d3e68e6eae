/**
 * undici reads HTTP with llhttp in WebAssembly. After a few answers V8 begins to compile that anew, better, which takes a
 * third of a second of CPU and 30 MiB, and Node.js waits for it at the end of the program, however short; as it is at first,
 * the code reads ten thousand answers as fast. Not needed from Node.js 24 on, and only ever done to a process of our own.
 */
export function keepLlhttpAsItIs(): void {
  const [major = 0] = process.versions.node.split('.').map(Number);
  if (major >= 24) return;
  process.getBuiltinModule('node:v8').setFlagsFromString('--liftoff-only');
}
