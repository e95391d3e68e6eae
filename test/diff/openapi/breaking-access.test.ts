import { describe } from 'vitest';
import { apiDocument, getting } from './api-document.ts';
import type { Verdict } from './verdicts.ts';
import { judge } from './verdicts.ts';

const scheme = (one: unknown, name = 'k') =>
  apiDocument({ components: { securitySchemes: { [name]: one } }, security: [{ [name]: [] }] });
const unused = (one: unknown) => ({ ...scheme(one), security: [] });
const flow = (more = {}) => ({ tokenUrl: '/t', scopes: { a: '' }, ...more });
const oauth = (flows: unknown) => scheme({ type: 'oauth2', flows });
const old = (one: unknown) => ({ swagger: '2.0', securityDefinitions: { k: one }, security: [{ k: [] }] });
const basic = { type: 'http', scheme: 'basic' };

const SECURITY: readonly Verdict[] = [
  [
    'security of the document that every operation sets aside',
    getting({ security: [] }),
    { ...getting({ security: [] }), security: [{ k: [] }] },
    'harmless',
  ],
  [
    'security of the document that an operation inherits',
    apiDocument(),
    apiDocument({ security: [{ k: [] }] }),
    'breaks',
  ],
  [
    'security that an operation no longer sets aside',
    { ...getting({ security: [] }), security: [{ k: [] }] },
    { ...getting({}), security: [{ k: [] }] },
    'breaks',
  ],
  ['a scheme under another name', scheme(basic, 'a'), scheme(basic, 'b'), 'harmless'],
  [
    'another scheme under another name',
    scheme(basic, 'a'),
    scheme({ type: 'http', scheme: 'bearer' }, 'b'),
    'breaks',
  ],
  [
    'another scheme that nothing demands',
    unused(basic),
    unused({ type: 'http', scheme: 'bearer' }),
    'harmless',
  ],
  ['a scheme gone that nothing demands', unused(basic), apiDocument(), 'harmless'],
  ['another scheme', scheme(basic), scheme({ type: 'http', scheme: 'bearer' }), 'breaks'],
  ['a scheme in capitals', scheme(basic), scheme({ type: 'http', scheme: 'Basic' }), 'harmless'],
  ['a scheme of 2.0 written as 3.0', old({ type: 'basic' }), { ...scheme(basic), paths: {} }, 'harmless'],
  [
    'a flow of 2.0 written as 3.0',
    old({ type: 'oauth2', flow: 'application', tokenUrl: '/t', scopes: { a: '' } }),
    { ...oauth({ clientCredentials: flow() }), paths: {} },
    'harmless',
  ],
  [
    'a further scope on offer',
    oauth({ password: flow() }),
    oauth({ password: flow({ scopes: { a: '', b: '' } }) }),
    'harmless',
  ],
  [
    'a scope no longer on offer',
    oauth({ password: flow() }),
    oauth({ password: flow({ scopes: {} }) }),
    'breaks',
  ],
  [
    'a scope described',
    oauth({ password: flow() }),
    oauth({ password: flow({ scopes: { a: 'A' } }) }),
    'harmless',
  ],
  [
    'a further flow',
    oauth({ password: flow() }),
    oauth({ password: flow(), clientCredentials: flow() }),
    'harmless',
  ],
  [
    'a flow less',
    oauth({ password: flow(), clientCredentials: flow() }),
    oauth({ password: flow() }),
    'breaks',
  ],
  [
    'another address for tokens',
    oauth({ password: flow() }),
    oauth({ password: flow({ tokenUrl: '/u' }) }),
    'breaks',
  ],
];

const server = (url: string, more = {}) => apiDocument({ servers: [{ url, ...more }] });
const stage = (variable: unknown) => server('https://{stage}.example', { variables: { stage: variable } });

const SERVERS: readonly Verdict[] = [
  [
    'a slash at the end of a server',
    server('https://a.example/v1'),
    server('https://a.example/v1/'),
    'harmless',
  ],
  ['another path of a server', server('https://a.example/v1'), server('https://a.example/v2'), 'breaks'],
  ['a server described', server('/a'), server('/a', { description: 'x' }), 'harmless'],
  [
    'a further value of a variable',
    stage({ default: 'a', enum: ['a'] }),
    stage({ default: 'a', enum: ['a', 'b'] }),
    'harmless',
  ],
  [
    'a value of a variable less',
    stage({ default: 'a', enum: ['a', 'b'] }),
    stage({ default: 'a', enum: ['a'] }),
    'breaks',
  ],
  [
    'a variable that takes some values alone',
    stage({ default: 'a' }),
    stage({ default: 'a', enum: ['a'] }),
    'breaks',
  ],
  ['another default of a variable', stage({ default: 'a' }), stage({ default: 'b' }), 'breaks'],
  ['a variable described', stage({ default: 'a' }), stage({ default: 'a', description: 'x' }), 'harmless'],
];

describe('changes that break callers: security', () => judge(SECURITY));
describe('changes that break callers: servers', () => judge(SERVERS));
