/** A file of a new repository. */
export interface NewFile {
  /** Relative to the folder of the repository, separated by `/`. */
  readonly path: string;
  readonly content: string | Uint8Array;
}
