import { describe } from 'vitest';
import { apiDocument, getting, json, limited, operation } from './api-document.ts';
import type { Verdict } from './verdicts.ts';
import { judge } from './verdicts.ts';

const string = { type: 'string' };
const list = { type: 'array', items: string };
const header = (name: string, more = {}) =>
  getting({ parameters: [{ name, in: 'header', schema: string, ...more }] });
const listed = (more = {}) => limited({ schema: list, ...more });
const oldList = (more = {}) => limited({ ...list, ...more });
const ok = (more = {}) => getting({ responses: { 200: { description: 'ok', ...more } } });
const hook = (parts: Readonly<Record<string, unknown>>) =>
  apiDocument({ webhooks: { paid: { post: operation(parts) } } });

const PARAMETERS: readonly Verdict[] = [
  ['a parameter gone', limited({}), getting({}), 'breaks'],
  [
    'a parameter under another name',
    limited({}),
    getting({ parameters: [{ name: 'max', in: 'query' }] }),
    'breaks',
  ],
  ['a parameter in a header', limited({}), header('limit'), 'breaks'],
  ['a header in capitals', header('x-a', { required: true }), header('X-A', { required: true }), 'harmless'],
  ['a style other than the usual one', listed(), listed({ style: 'pipeDelimited' }), 'breaks'],
  ['the usual style written out', listed(), listed({ style: 'form', explode: true }), 'harmless'],
  ['the usual style left out', listed({ style: 'form', explode: true }), listed(), 'harmless'],
  ['a list in one value', listed(), listed({ explode: false }), 'breaks'],
  ['a list in many values', listed({ explode: false }), listed(), 'breaks'],
  [
    'one value that is no list',
    limited({ schema: string }),
    limited({ schema: string, explode: false }),
    'harmless',
  ],
  ['a list of 2.0 in many values', oldList(), oldList({ collectionFormat: 'multi' }), 'breaks'],
  ['a list of 2.0 with commas', oldList(), oldList({ collectionFormat: 'csv' }), 'harmless'],
  ['a list of 2.0 with commas as of 3.0', oldList(), listed({ explode: false }), 'harmless'],
  ['a list of 2.0 as the usual one of 3.0', oldList(), listed(), 'breaks'],
  ['a value in JSON', limited({ schema: list }), limited(json(list)), 'breaks'],
  ['an empty value allowed', limited({}), limited({ allowEmptyValue: true }), 'harmless'],
  [
    'an empty value refused',
    limited({ allowEmptyValue: true }),
    limited({ allowEmptyValue: false }),
    'breaks',
  ],
  ['an empty value not mentioned', limited({ allowEmptyValue: false }), limited({}), 'harmless'],
  [
    'reserved characters allowed',
    limited({ allowReserved: false }),
    limited({ allowReserved: true }),
    'harmless',
  ],
  ['reserved characters refused', limited({ allowReserved: true }), limited({}), 'breaks'],
];

const RESPONSES: readonly Verdict[] = [
  [
    'a header of an answer in capitals',
    ok({ headers: { 'x-a': {} } }),
    ok({ headers: { 'X-A': {} } }),
    'harmless',
  ],
  ['a redirection gone', getting({ responses: { 302: {} } }), getting({ responses: { 400: {} } }), 'breaks'],
  [
    'a failure gone',
    getting({ responses: { 200: {}, 404: {} } }),
    getting({ responses: { 200: {} } }),
    'harmless',
  ],
];

const body = json(string);
const signed = (more = {}) =>
  hook({ parameters: [{ name: 'X-Sign', in: 'header', schema: string, ...more }] });
const WEBHOOKS: readonly Verdict[] = [
  ['a webhook with a parameter less', signed(), hook({}), 'breaks'],
  ['a webhook with a required parameter more', hook({}), signed({ required: true }), 'harmless'],
  ['a webhook with a parameter that is always there', signed(), signed({ required: true }), 'harmless'],
  ['a webhook with a parameter that may be missing', signed({ required: true }), signed(), 'breaks'],
  ['a webhook with a body', hook({}), hook({ requestBody: { ...body, required: true } }), 'harmless'],
  ['a webhook without a body', hook({ requestBody: body }), hook({}), 'breaks'],
  [
    'a webhook whose body may be missing',
    hook({ requestBody: { ...body, required: true } }),
    hook({ requestBody: body }),
    'breaks',
  ],
  [
    'a webhook that may send XML',
    hook({ requestBody: body }),
    hook({ requestBody: { content: { ...(body.content as object), 'text/xml': {} } } }),
    'breaks',
  ],
];

describe('changes that break callers: parameters', () => judge(PARAMETERS));
describe('changes that break callers: responses', () => judge(RESPONSES));
describe('changes that break callers: webhooks', () => judge(WEBHOOKS));
