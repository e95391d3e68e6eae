import type { PartialFields } from '../../src/model/desired.ts';
import { completeFields, fieldsOf } from '../../src/fields/field-table.ts';
import { NO_SUBSCRIPTIONS, type LiveProduct, type SubscriptionCount } from '../../src/model/live.ts';
import type { Step } from '../../src/model/plan.ts';
import { serviceKey, type FieldName, type Link, type ProductFields } from '../../src/model/product.ts';
import { canonicalJson } from '../../src/json/canonical.ts';

/** A step that the portal would refuse, or that a plan must not contain. */
export class IllegalStep extends Error {}

interface StoredProduct {
  readonly product: LiveProduct;
  readonly subscriptions: SubscriptionCount;
}

/** The side effects of a write. */
export interface Effect {
  readonly ended: SubscriptionCount;
  /** The keys (see serviceKey()) of services that lost product auth. */
  readonly unprotected: readonly string[];
}

/**
 * A model of the portal with the rules of docs/design/admin-api.md §5 to §7: `auth` is locked while a product is published, a
 * service belongs to one product, a type never changes, a published gateway product has a service, an unpublish or a deletion
 * ends subscriptions, and each creation returns a new id.
 */
export class ReferencePortal {
  /** How often each product, by id, was unpublished or deleted while published. */
  readonly left = new Map<string, number>();
  writes = 0;
  readonly #stored: Map<string, StoredProduct>;
  readonly #keepsExternalLabels: boolean;
  readonly #created = new Map<string, string>();

  constructor(
    live: readonly LiveProduct[],
    subscriptions: ReadonlyMap<string, SubscriptionCount>,
    keepsExternalLabels = true,
  ) {
    const storedProduct = (product: LiveProduct): StoredProduct => ({
      product,
      subscriptions: subscriptions.get(product.id) ?? NO_SUBSCRIPTIONS,
    });
    this.#stored = new Map(live.map((product) => [product.id, storedProduct(product)]));
    this.#keepsExternalLabels = keepsExternalLabels;
  }

  products(): readonly LiveProduct[] {
    return [...this.#stored.values()].map(({ product }) => product);
  }

  product(id: string): LiveProduct | undefined {
    return this.#stored.get(id)?.product;
  }

  /** @throws IllegalStep if the portal refuses the step. */
  apply(step: Step): Effect {
    const protectedBefore = this.#protected();
    this.writes += 1;
    const ended = this.#write(step);
    const now = this.#protected();
    return { ended, unprotected: [...protectedBefore].filter((key) => !now.has(key)) };
  }

  #write(step: Step): SubscriptionCount {
    switch (step.action) {
      case 'create':
        return this.#create(step);
      case 'delete':
        return this.#delete(step);
      case 'publish':
        return this.#change(step, 'draft', 'published');
      case 'unpublish':
        return this.#change(step, 'published', 'draft');
      case 'update': {
        const { status } = this.#of(step).product.fields;
        return this.#change(step, status, status);
      }
    }
  }

  #create({ product: { name, type, id }, fields, chain }: Step): SubscriptionCount {
    must(id === undefined, `creates ${name} with an id`);
    must(fields.name === name && name.length > 0 && name.length <= 100, `creates ${name} without its name`);
    must(type === 'external' || Object.keys(fields.auth ?? {}).length > 0, `creates ${name} without auth`);
    must(type === 'gateway' || Boolean(fields.raw_openapi), `creates ${name} without a document`);
    must(fields.status === 'draft', `creates ${name} published`);
    const created = `new-${this.writes}`;
    this.#created.set(chain, created);
    const complete = completeFields({ ...fields, name });
    const product: LiveProduct = { id: created, type, fields: complete, unreadable: [], raw: {} };
    this.#put({ product, subscriptions: NO_SUBSCRIPTIONS }, fields);
    return NO_SUBSCRIPTIONS;
  }

  #delete(step: Step): SubscriptionCount {
    const { product, subscriptions } = this.#of(step);
    must(Object.keys(step.fields).length === 0, 'a delete writes nothing');
    if (product.fields.status === 'published') this.#leaves(product.id);
    this.#stored.delete(product.id);
    return product.type === 'external' ? NO_SUBSCRIPTIONS : subscriptions;
  }

  #change(step: Step, from: string, to: string): SubscriptionCount {
    const { product, subscriptions } = this.#of(step);
    const { fields } = step;
    const { status } = product.fields;
    must(status === from, `${step.action} of ${product.fields.name}, which is ${status}`);
    must(
      (fields.status ?? status) === to,
      `${step.action} writes the status ${fields.status ?? 'of before'}`,
    );
    must(status === 'draft' || !changes('auth', fields, product), `auth is locked while published`);
    const after = { ...product, fields: { ...product.fields, ...fields } };
    const leaves = from === 'published' && to === 'draft';
    if (leaves) this.#leaves(product.id);
    const ends = leaves && product.type === 'gateway';
    this.#put({ product: after, subscriptions: ends ? NO_SUBSCRIPTIONS : subscriptions }, fields);
    must(
      step.action !== 'publish' || mayPublish(after),
      `publishes ${product.fields.name} without a service`,
    );
    return ends ? subscriptions : NO_SUBSCRIPTIONS;
  }

  #of({ product: { id, name, type }, chain }: Step): StoredProduct {
    const found = this.#stored.get(id ?? this.#created.get(chain) ?? '');
    if (found === undefined) throw new IllegalStep(`there is no product ${id ?? name}`);
    must(found.product.type === type, `${name} is no ${type} product`);
    return found;
  }

  #put(one: StoredProduct, given: PartialFields): void {
    const { product } = one;
    const foreign = Object.keys(given).filter((name) => !fieldsOf(product.type).includes(name as FieldName));
    must(foreign.length === 0, `a ${product.type} product has no ${foreign.join()}`);
    for (const { gateway_group_id, service_id } of product.fields.linked_gateway_services) {
      const holder = this.#holder({ gateway_group_id, service_id });
      must(holder === undefined || holder === product.id, `${service_id} belongs to ${holder ?? ''}`);
    }
    const drops = product.type === 'external' && !this.#keepsExternalLabels;
    const fields: ProductFields = drops ? { ...product.fields, labels: {} } : product.fields;
    this.#stored.set(product.id, { ...one, product: { ...product, fields } });
  }

  #holder(link: Pick<Link, 'gateway_group_id' | 'service_id'>): string | undefined {
    const holds = ({ fields }: LiveProduct) =>
      fields.linked_gateway_services.some((one) => serviceKey(one) === serviceKey(link));
    return this.products().find(holds)?.id;
  }

  #leaves(id: string): void {
    this.left.set(id, (this.left.get(id) ?? 0) + 1);
  }

  #protected(): ReadonlySet<string> {
    const on = this.products().filter(({ fields }) => fields.status === 'published');
    return new Set(on.flatMap(({ fields }) => fields.linked_gateway_services.map(serviceKey)));
  }
}

function changes(name: FieldName, fields: PartialFields, product: LiveProduct): boolean {
  return fields[name] !== undefined && canonicalJson(fields[name]) !== canonicalJson(product.fields[name]);
}

function mayPublish({ type, fields }: LiveProduct): boolean {
  return type === 'external' || fields.linked_gateway_services.length > 0;
}

function must(condition: boolean, otherwise: string): asserts condition {
  if (!condition) throw new IllegalStep(otherwise);
}
