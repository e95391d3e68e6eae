import type { FaultAction } from '../../../src/emulator/faults.ts';
import type { Disruption } from './disrupted-run.ts';

/** All faults of one request in the embedded Admin API, except those that take minutes. */
export const FAULTS: readonly FaultAction[] = [
  { kind: 'status', status: 401 },
  { kind: 'status', status: 403 },
  { kind: 'status', status: 404 },
  { kind: 'status', status: 409 },
  { kind: 'status', status: 429 },
  { kind: 'status', status: 500 },
  { kind: 'status', status: 500, after: true },
  { kind: 'status', status: 502 },
  { kind: 'status', status: 502, after: true },
  { kind: 'status', status: 503, after: true },
  // The server does not process the request, and responds as if it did.
  { kind: 'status', status: 200, body: 'html' },
  { kind: 'status', status: 200, body: 'empty' },
  { kind: 'status', status: 200, body: 'json' },
  { kind: 'garbage', as: 'html' },
  { kind: 'garbage', as: 'cut-json' },
  { kind: 'garbage', as: 'deep-json' },
  { kind: 'close-before' },
  { kind: 'close-after' },
  { kind: 'redirect', to: 'http://127.0.0.1:9/elsewhere' },
];

/** All disruptions at the request with this number. */
export function disruptionsAt(request: number): readonly Disruption[] {
  return [
    { kind: 'crash', request, sent: false },
    { kind: 'crash', request, sent: true },
    { kind: 'interrupt', request },
    ...FAULTS.map((action) => ({ kind: 'fault', request, do: action }) as const),
  ];
}
