import type { JsonObject } from '../model/product.ts';
import { isAboutBody } from './refusal.ts';

/**
 * Whether the server takes labels of external products, as far as this connection has seen. Some servers refuse them;
 * then all later writes leave them out.
 */
export class ExternalLabels {
  readonly #onWarning: (text: string) => void;
  #refused = false;

  constructor(onWarning: (text: string) => void) {
    this.#onWarning = onWarning;
  }

  /** The body as the server takes it, as far as is known. */
  fitting(body: JsonObject): JsonObject {
    return this.#refused ? withoutLabels(body) : body;
  }

  /** The body to send once more; undefined if the refusal is about something else. Warns the first time. */
  afterRefusal(error: unknown, body: JsonObject): JsonObject | undefined {
    if (!isAboutBody(error) || !/\blabels?\b/i.test(error.words ?? '')) return undefined;
    const rest = withoutLabels(body);
    if (rest === body) return undefined;
    if (!this.#refused)
      this.#onWarning('the server refuses labels on external products: adc writes them without labels');
    this.#refused = true;
    return rest;
  }
}

function withoutLabels(body: JsonObject): JsonObject {
  if (body.type !== 'external' || body.labels === undefined) return body;
  const { labels: _, ...rest } = body;
  return rest;
}
