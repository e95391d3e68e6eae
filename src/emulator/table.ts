/** Rows by key, in the order in which they were added. */
export class Table<Row> {
  readonly #rows = new Map<string, Row>();
  readonly #key: (row: Row) => string;

  constructor(key: (row: Row) => string) {
    this.#key = key;
  }

  get(key: string): Row | undefined {
    return this.#rows.get(key);
  }

  all(): readonly Row[] {
    return [...this.#rows.values()];
  }

  find(wanted: (row: Row) => boolean): Row | undefined {
    for (const row of this.#rows.values()) if (wanted(row)) return row;
    return undefined;
  }

  filter(wanted: (row: Row) => boolean): readonly Row[] {
    return this.all().filter(wanted);
  }

  /** Adds the row, or puts it in the place of the one with its key. */
  put<Given extends Row>(row: Given): Given {
    this.#rows.set(this.#key(row), row);
    return row;
  }

  remove(row: Row): void {
    this.#rows.delete(this.#key(row));
  }
}
