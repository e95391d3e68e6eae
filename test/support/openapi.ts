/** A document; below it, an equal document in JSON, and a different document. */
export const OPENAPI = [
  'openapi: 3.0.3',
  'info: { title: Billing, version: "1" }',
  'paths:',
  '  /bills:',
  '    get: { responses: { "200": { description: ok } } }',
  '',
].join('\n');

export const OPENAPI_AS_JSON = JSON.stringify({
  paths: { '/bills': { get: { responses: { 200: { description: 'ok' } } } } },
  info: { version: '1', title: 'Billing' },
  openapi: '3.0.3',
});

export const OTHER_OPENAPI = OPENAPI.replace('/bills', '/invoices');
