export { diff, dump, sync, type FileOptions, type PortalOptions, type SyncOptions } from './api/library.ts';
export { InternalError, type DiffResult, type SyncResult } from './api/sync-types.ts';
export type { Dump, DumpOptions } from './dump/dump.ts';
export type { DumpFile } from './dump/product-entry.ts';
export type { Consent } from './model/consent.ts';
export type { Diagnostic } from './model/diagnostic.ts';
export type { AuthGap, Outcome } from './model/outcome.ts';
export type { Hazard, Plan, Step } from './model/plan.ts';
export type { Scope } from './model/scope.ts';
