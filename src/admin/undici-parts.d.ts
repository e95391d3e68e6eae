/**
 * The part of undici that is loaded on its own: all of undici takes as long to load as the rest of adc, and most runs
 * need only this part.
 */
declare module 'undici/lib/dispatcher/pool.js' {
  export { Pool as default } from 'undici';
}
