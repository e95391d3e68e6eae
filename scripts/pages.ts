import { commandsPage } from './commands-page.ts';
import { configPage } from './config-page.ts';
import { devPage } from './dev-page.ts';
import { diagnosticsPage } from './diagnostics-page.ts';
import { environmentPage } from './environment-page.ts';
import { exitCodesPage } from './exit-codes-page.ts';
import { jsonPage } from './json-page.ts';
import { productFilePage } from './product-file-page.ts';

/** The generated pages of docs/reference/, with their functions. */
export const PAGES: Readonly<Record<string, () => string | Promise<string>>> = {
  'commands.md': commandsPage,
  'product-file.md': productFilePage,
  'config.md': configPage,
  'exit-codes.md': exitCodesPage,
  'json.md': jsonPage,
  'environment.md': environmentPage,
  'diagnostics.md': diagnosticsPage,
  'dev.md': devPage,
};
