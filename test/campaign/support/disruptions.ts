import type { FaultAction } from '../../../src/emulator/faults.ts';
import type { Mishap } from './disrupted-run.ts';

/** Everything that faults.ts can do to one request, except what takes minutes. */
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
  // Not carried out, and answered as if it was.
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

/** All that can go wrong with one request. */
export function mishapsAt(request: number): readonly Mishap[] {
  return [
    { kind: 'dies', request, sent: false },
    { kind: 'dies', request, sent: true },
    { kind: 'interrupt', request },
    ...FAULTS.map((action) => ({ kind: 'fault', request, do: action }) as const),
  ];
}
