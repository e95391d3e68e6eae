import type { JsonObject } from '../model/product.ts';
import { productRef } from './journal.ts';
import { readLabels, Refusal, refuse, text } from './refusal.ts';
import type { Application, Approval, Developer, EndedSubscription, Operator, Portal } from './world.ts';
import type { Product, Subscription, World } from './world.ts';

/**
 * Subscribes an application: actively if the product approves automatically, otherwise with a pending approval
 * (docs/design/admin-api.md §7.1).
 * @throws Refusal if the product is external or not published, or has a subscription of the application.
 */
export function subscribe(world: World, application: Application, product: Product): Subscription {
  checkSubscribable(world, application, product);
  const { subscription_auto_approval: auto = false } = product.fields;
  const subscription = world.tables.subscriptions.put({
    ...world.newRow('subscriptions'),
    application_id: application.id,
    api_product_id: product.id,
    status: auto ? 'subscribed' : 'wait_for_approval',
  });
  const kind = auto ? 'subscribed' : 'subscription-requested';
  world.record({ kind, product: productRef(product), application: application.name });
  if (!auto) requestApproval(world, application, product, subscription);
  return subscription;
}

/** Subscribes each application to each product. If one pair is refused, none is subscribed. */
export function subscribeAll(
  world: World,
  applications: ReadonlySet<Application>,
  products: ReadonlySet<Product>,
): void {
  const pairs = [...applications].flatMap((one) => [...products].map((product) => [one, product] as const));
  for (const [application, product] of pairs) checkSubscribable(world, application, product);
  for (const [application, product] of pairs) subscribe(world, application, product);
}

function checkSubscribable(world: World, application: Application, product: Product): void {
  const { name, status } = product.fields;
  if (product.type === 'external') refuse('external API products have no subscriptions');
  if (status !== 'published') throw new Refusal(404, `API product ${product.id} not found`);
  const isTaken = subscriptionsOf(world, product).some((one) => one.application_id === application.id);
  if (isTaken) refuse(`the application ${application.name} has subscribed to ${name} already`);
}

/** Accepting activates the subscription; rejecting deletes it (docs/design/admin-api.md §7.1). */
export function decideApproval(
  world: World,
  approval: Approval,
  result: 'accepted' | 'rejected',
  operator: Operator = { operator_id: 'admin', operator_name: 'admin' },
): Approval {
  if (approval.status === 'finished') refuse(`approval ${approval.id} is finished already`);
  const subscription = world.tables.subscriptions.get(approval.subscription_id);
  const product = world.tables.api_products.get(approval.api_product_id);
  if (subscription === undefined || product === undefined) return refuse('the subscription is gone');
  const decided = finish(world, approval, result, operator);
  const application = world.tables.applications.get(subscription.application_id)?.name ?? '';
  world.record({ kind: `approval-${result}`, product: productRef(product), application });
  notify(world, product, result);
  if (result === 'rejected') end(world, subscription, 'rejected');
  else world.tables.subscriptions.put({ ...subscription, status: 'subscribed', updated_at: world.now });
  return decided;
}

/** Cancels one subscription, for an administrator or for the developer. */
export function cancelSubscription(world: World, subscription: Subscription): void {
  const product = world.tables.api_products.get(subscription.api_product_id);
  const application = world.tables.applications.get(subscription.application_id)?.name ?? '';
  end(world, subscription, 'cancelled');
  cancelApprovals(world, [subscription]);
  if (product === undefined) return;
  world.record({ kind: 'subscription-cancelled', product: productRef(product), application });
  notify(world, product, 'cancelled');
}

/**
 * Ends the subscriptions of a product that is unpublished or deleted: all active ones, and pending ones (on unpublishing, if the
 * switch `unpublishEndsPending` is set). Deleting also removes the approvals (docs/design/admin-api.md §7.5).
 */
export function endSubscriptions(world: World, product: Product, because: 'unpublished' | 'deleted'): void {
  const all = subscriptionsOf(world, product);
  const everything = because === 'deleted' || world.switches.unpublishEndsPending;
  const ending = everything ? all : all.filter((one) => one.status === 'subscribed');
  for (const subscription of ending) end(world, subscription, because);
  const { approvals } = world.tables;
  const own = approvals.filter((one) => one.api_product_id === product.id);
  if (because === 'deleted') for (const approval of own) approvals.remove(approval);
  else cancelApprovals(world, ending);
  if (ending.length === 0) return;
  const active = ending.filter((one) => one.status === 'subscribed').length;
  const pending = ending.length - active;
  world.record({ kind: 'subscriptions-ended', product: productRef(product), active, pending });
  notify(world, product, 'cancelled');
}

export function subscriptionsOf(world: World, product: Product): readonly Subscription[] {
  return world.tables.subscriptions.filter((one) => one.api_product_id === product.id);
}

function requestApproval(
  world: World,
  application: Application,
  product: Product,
  subscription: Subscription,
): void {
  const developer = world.tables.developers.get(application.developer_id);
  world.tables.approvals.put({
    ...world.newRow('approvals'),
    portal_id: product.portal_id,
    subscription_id: subscription.id,
    api_product_id: product.id,
    resource_name: product.fields.name,
    applicant_id: application.developer_id,
    applicant_name: developer?.name ?? '',
    status: 'pending',
  });
  notify(world, product, 'created');
}

function finish(
  world: World,
  approval: Approval,
  result: NonNullable<Approval['result']>,
  operator?: Operator,
): Approval {
  const decision = { status: 'finished', result, ...(operator && { operator }) } as const;
  return world.tables.approvals.put({ ...approval, ...decision, updated_at: world.tick() });
}

function cancelApprovals(world: World, subscriptions: readonly Subscription[]): void {
  const ids = new Set(subscriptions.map((one) => one.id));
  const pending = world.tables.approvals.filter(
    (one) => one.status === 'pending' && ids.has(one.subscription_id),
  );
  for (const approval of pending) finish(world, approval, 'cancelled');
}

function end(world: World, subscription: Subscription, because: EndedSubscription['because']): void {
  world.tables.subscriptions.remove(subscription);
  world.tables.ended.put({ ...subscription, because, updated_at: world.tick() });
}

function notify(
  world: World,
  product: Product,
  what: 'created' | 'accepted' | 'rejected' | 'cancelled',
): void {
  const event = `subscription_approval_${what}`;
  for (const notification of product.fields.notifications ?? []) {
    if (notification.event !== event) continue;
    const contact_points = notification.contact_point_ids;
    world.record({ kind: 'notified', product: productRef(product), event, contact_points });
  }
}

/** Adds a developer to a portal. The client chooses the id (docs/design/admin-api.md §16.1). */
export function addDeveloper(world: World, portal: Portal, id: string, name = id): Developer {
  if (!/^[\w.-]{1,256}$/.test(id)) refuse('developer_id must have 1 to 256 letters, digits, ".", "-" or "_"');
  if (world.tables.developers.get(id) !== undefined) refuse(`the developer ${id} exists already`);
  const row = world.newRow('developers', id);
  return world.tables.developers.put({ ...row, name, labels: {}, portal_id: portal.id });
}

/** Removes a developer with its applications (docs/design/admin-api.md §7.5). */
export function removeDeveloper(world: World, developer: Developer): void {
  const { applications, developers } = world.tables;
  const own = applications.filter((row) => row.developer_id === developer.id);
  for (const application of own) removeApplication(world, application);
  developers.remove(developer);
  world.tick();
}

/** Creates or updates an application. @param before undefined for a new one, which needs a name. */
export function putApplication(
  world: World,
  body: JsonObject,
  developer: Developer,
  before?: Application,
): Application {
  const { name = before?.name ?? refuse('name is required'), ...given } = readDescription(body);
  const { desc, labels } = { desc: '', labels: {}, ...before, ...given };
  const row = before ? { ...before, updated_at: world.tick() } : world.newRow('applications');
  return world.tables.applications.put({ ...row, name, desc, labels, developer_id: developer.id });
}

/** Removes an application with its credentials and subscriptions (docs/design/admin-api.md §7.5). */
export function removeApplication(world: World, application: Application): void {
  const { applications, credentials, subscriptions } = world.tables;
  const isOwn = (row: { readonly application_id: string }): boolean => row.application_id === application.id;
  for (const row of subscriptions.filter(isOwn)) cancelSubscription(world, row);
  for (const row of credentials.filter(isOwn)) credentials.remove(row);
  applications.remove(application);
  world.tick();
}

/** Checks name, description and labels of a body; omits those that the body omits. */
export function readDescription(body: JsonObject) {
  const { name, desc, labels } = body;
  return {
    ...(name !== undefined && { name: text(1, 100)(name, 'name') }),
    ...(desc !== undefined && { desc: text(0, 65_536)(desc, 'desc') }),
    ...(labels !== undefined && { labels: readLabels(labels, 'labels') }),
  };
}
