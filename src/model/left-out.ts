/** How a dump begins to say that a document is missing from it; `adc lint` says it again (docs/design/contract.md §8). */
export const OPENAPI_LEFT_OUT = "The server does not give back this product's OpenAPI document";
export const OPENAPI_REFUSED = "This product's OpenAPI document is left out, since lint would refuse it";
