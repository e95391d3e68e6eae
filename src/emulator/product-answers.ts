import type { Json, JsonObject } from '../model/product.ts';
import { underscoredBody, type Spelling } from './auth-spelling.ts';
import { productRef } from './effect.ts';
import { patched } from './json-patch.ts';
import { listAnswer } from './list-answer.ts';
import { readObject } from './product-fields.ts';
import { found, Refusal } from './refusal.ts';
import { bodyOf, param, valueAnswer, type Answer, type Call } from './route.ts';
import type { Portal, Product } from './rows.ts';
import { showProduct, showProductRow, writableFields, type ShownBy } from './show-product.ts';
import { showSubscription } from './show-rows.ts';
import type { Switches } from './switches.ts';

type Dialect = 'path' | 'query';

/** What both dialects do with products; they differ in where the portal is named and how auth is spelled. */
export interface ProductAnswers {
  readonly list: (call: Call) => Answer;
  readonly get: (call: Call) => Answer;
  readonly create: (call: Call) => Answer;
  readonly update: (call: Call) => Answer;
  readonly patch: (call: Call) => Answer;
  readonly remove: (call: Call) => Answer;
  readonly subscriptions: (call: Call) => Answer;
}

/** @param portalId takes the id of the portal out of a request. */
export function productAnswers(dialect: Dialect, portalId: (call: Call) => string): ProductAnswers {
  const portalOf = (call: Call): Portal => {
    const id = portalId(call);
    return found(call.store.tables.portals.get(id), 'portal', id);
  };
  const productOf = (call: Call): Product => {
    const [portal, id] = [portalOf(call), param(call, 'id')];
    const product = call.store.tables.api_products.get(id);
    return found(product?.portal_id === portal.id ? product : undefined, 'API product', id);
  };
  const shownBy = (call: Call): ShownBy => ({ ...call, spelling: spellingOf(dialect, call.switches) });
  const spelled = (body: JsonObject, { switches }: Call) =>
    underscoredBody(body, onlySpelling(dialect, switches));

  return {
    list: (call) => listOf(call, portalOf(call), shownBy(call)),
    get: (call) => {
      const product = productOf(call);
      return valueAnswer(showProduct(product, shownBy(call)), productRef(product));
    },
    create: (call) => {
      const product = call.store.addProduct(portalOf(call).id, spelled(bodyOf(call), call));
      return writeAnswer(call, product, showProduct(product, shownBy(call)));
    },
    update: (call) => {
      const product = call.store.putProduct(productOf(call).id, spelled(bodyOf(call), call));
      return writeAnswer(call, product, showProduct(product, shownBy(call)));
    },
    patch: (call) => {
      const before = productOf(call);
      const after = patched(writableFields(before, shownBy(call)), call.body);
      const body = spelled(readObject(after, 'an API product'), call);
      const product = call.store.patchProduct(before.id, body);
      return writeAnswer(call, product, showProduct(product, shownBy(call)));
    },
    remove: (call) => {
      const product = productOf(call);
      call.store.removeProduct(product.id);
      return deleteAnswer(call, product, showProduct(product, shownBy(call)));
    },
    subscriptions: (call) => {
      const { subscriptionsEndpoint: lists, subscriptionsFilter: filter } = call.switches;
      if (lists === 'off' || lists === 'flat') throw new Refusal(404, 'not found');
      const product = productOf(call);
      const rows = call.store.subscriptions.filter(
        (row) => filter === 'ignored' || row.api_product_id === product.id,
      );
      return {
        ...listAnswer(call, rows, { show: (row) => showSubscription(row, call.store, call.switches) }),
        product: productRef(product),
      };
    },
  };
}

/** How auth is spelled in the answers of a dialect (admin-api §2). */
export function spellingOf(dialect: Dialect, switches: Switches): Spelling {
  if (switches.authKeys !== 'dialect') return switches.authKeys;
  return dialect === 'path' ? 'underscore' : 'hyphen';
}

function onlySpelling(dialect: Dialect, switches: Switches): Spelling | undefined {
  return switches.authKeys === 'dialect' ? spellingOf(dialect, switches) : undefined;
}

function listOf(call: Call, portal: Portal, by: ShownBy): Answer {
  const rows = call.store.products.filter((row) => row.portal_id === portal.id);
  return listAnswer(call, rows, {
    show: (row) => showProductRow(row, by),
    name: (row) => row.fields.name,
    labels: (row) => row.fields.labels ?? {},
    mayBeEndless: true,
  });
}

function writeAnswer(call: Call, product: Product, shown: Json): Answer {
  const { writeAnswer: holds, warningMsg } = call.switches;
  const ref = productRef(product);
  if (holds === 'empty') return { status: 200, product: ref };
  const warning = warningMsg === '' ? {} : { warning_msg: warningMsg };
  const value = holds === 'id-only' ? { id: product.id } : shown;
  return { status: 200, body: { value, ...warning }, product: ref };
}

function deleteAnswer(call: Call, product: Product, shown: Json): Answer {
  const bodies = { empty: undefined, object: {}, value: { value: shown } };
  return { status: 200, body: bodies[call.switches.deleteBody], product: productRef(product) };
}
