import fs from 'node:fs';

/*
 * What node:fs/promises gives under the same names, of which a command that only checks files needs no more. Loading all of
 * it takes longer than reading them, and so does waking the threads of Node.js that would wait for a file meanwhile.
 */
export const readFile = async (path: string): Promise<Uint8Array> => fs.readFileSync(path);
export const readdir = async (path: string): Promise<fs.Dirent[]> =>
  fs.readdirSync(path, { withFileTypes: true });
export const realpath = async (path: string): Promise<string> => fs.realpathSync.native(path);
export const stat = async (path: string): Promise<fs.Stats> => fs.statSync(path);

/** What another program writes may take its time, or never come: the process stays able to be interrupted. */
export async function readPipe(path: string, most: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  // One byte more than may be there shows that there are too many.
  for await (const chunk of fs.createReadStream(path, { end: most })) chunks.push(chunk);
  return Buffer.concat(chunks);
}
