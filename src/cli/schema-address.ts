import { join, relative, resolve, sep } from 'node:path';

/**
 * Where the product files of a folder find their schema: in the package, if it is installed in the project. Editors take
 * the address from the folder of the file.
 * @param folder where the files are written, from the project unless it is absolute.
 * @param project an absolute path.
 */
export function schemaAddress(project: string, folder: string): string {
  const schema = join(project, 'node_modules', 'adc-products', 'schemas', 'api-products.schema.json');
  const way = relative(resolve(project, folder), schema).split(sep).join('/');
  return way.startsWith('node_modules') ? `./${way}` : way;
}
