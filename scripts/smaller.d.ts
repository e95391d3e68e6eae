import type { Plugin } from 'rolldown';

export declare const SMALLER: Plugin[];
