import fs from 'node:fs';
import { promisify } from 'node:util';

/*
 * What node:fs/promises gives under the same names, of which a command that only checks files needs no more: loading all of
 * it takes longer than reading them.
 */
export const readFile = promisify(fs.readFile);
export const readdir = promisify(fs.readdir);
export const realpath = promisify(fs.realpath.native);
export const stat = promisify(fs.stat);
