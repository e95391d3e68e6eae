import type { IncomingMessage, ServerResponse } from 'node:http';
import { asset } from './assets.ts';
import { dashboardHtml, type DashboardParts } from './html.ts';
import { guarded, send } from './serve-page.ts';

const ASSETS: Readonly<Record<string, string>> = {
  'dashboard.js': 'text/javascript; charset=utf-8',
  'dashboard.css': 'text/css; charset=utf-8',
  'page.css': 'text/css; charset=utf-8',
};

/** The dashboard page of `adc dev`: false, with nothing sent, for paths that it does not have (docs/design/contract.md §14.1). */
export function mountDashboard(
  parts: DashboardParts,
): (message: IncomingMessage, response: ServerResponse) => boolean {
  return (message, response) => {
    const name = message.url?.split('?')[0]?.slice(1) ?? '';
    const type = name === '' ? 'text/html; charset=utf-8' : ASSETS[name];
    if (type === undefined) return false;
    guarded(message, response, () =>
      send(response, 200, type, name === '' ? dashboardHtml(parts) : asset(name)),
    );
    return true;
  };
}
