import type { ListedAs } from './list-answer.ts';
import type { Approval, Subscription } from './rows.ts';
import { showApproval, showSubscription, type Shown } from './show.ts';

const STATUSES = ['unsubscribed', 'wait_for_approval', 'subscribed'];

/** Subscriptions as both servers list them (docs/design/admin-api.md §7.2, §7.3). */
export function listedSubscriptions(shown: Shown) {
  const { applications, developers, api_products: products } = shown.store.tables;
  const application = (row: Subscription) => applications.get(row.application_id);
  const developerName = (row: Subscription): string =>
    developers.get(application(row)?.developer_id ?? '')?.name ?? '';
  const productName = (row: Subscription) => products.get(row.api_product_id)?.fields.name;
  return {
    show: (row) => showSubscription(row, shown),
    name: (row) => [developerName(row), application(row)?.name, productName(row)].join('\n'),
    filters: {
      api_product_id: { of: (row) => row.api_product_id },
      application_id: { of: (row) => row.application_id },
      status: { of: (row) => row.status, oneOf: STATUSES },
    },
    orders: {
      subscribed_at: (row) => (row.status === 'subscribed' ? row.updated_at : row.created_at),
      developer_name: developerName,
    },
  } satisfies ListedAs<Subscription>;
}

/** Approvals as both servers list them. */
export function listedApprovals(shown: Pick<Shown, 'switches'>) {
  return {
    show: (row) => showApproval(row, shown),
    name: (row) => [row.resource_name, row.applicant_name].join('\n'),
    filters: {
      status: { of: (row) => row.status, oneOf: ['pending', 'finished'] },
      result: { of: (row) => row.result, oneOf: ['accepted', 'rejected', 'cancelled'] },
      event: {
        of: () => 'api_product_subscription',
        oneOf: ['api_product_subscription', 'developer_registration'],
      },
      resource_type: { of: () => 'api_product', oneOf: ['api_product', 'developer'] },
      resource_name: { of: (row) => row.resource_name, part: true },
      applicant_name: { of: (row) => row.applicant_name, part: true },
      operator_name: { of: (row) => row.operator?.operator_name, part: true },
    },
    orders: {
      applied_at: (row) => row.created_at,
      resource_name: (row) => row.resource_name,
      operated_at: (row) => (row.status === 'finished' ? row.updated_at : 0),
    },
  } satisfies ListedAs<Approval>;
}
