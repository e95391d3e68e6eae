/**
 * Loaded before the programs that a page runs: the day is always 30 November 2026, as in test/support/run-adc.ts, and the
 * time of day is the real one. CommonJS, because each program would first start the loader of ES modules.
 */
const DAY = 86_400_000;
const SystemDate = Date;
const shift = SystemDate.UTC(2026, 10, 30) - Math.floor(SystemDate.now() / DAY) * DAY;

globalThis.Date = class extends SystemDate {
  constructor(...parts) {
    super(...(parts.length === 0 ? [SystemDate.now() + shift] : parts));
  }

  static now() {
    return SystemDate.now() + shift;
  }
};
