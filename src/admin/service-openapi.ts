import { AdminError, InterruptedError } from '../model/errors.ts';
import type { Link } from '../model/product.ts';
import { isStatus } from './answer-errors.ts';
import { isObject } from '../json/value.ts';
import { segment } from './segment.ts';
import type { Session } from './session.ts';

/**
 * Whether a gateway service has an OpenAPI document. Undefined where the server does not tell: only writing it is
 * documented (admin-api §8), so neither a 404 nor a refusal says that there is none.
 */
export async function hasOpenapi(
  { client }: Session,
  { gateway_group_id: group, service_id: service }: Pick<Link, 'gateway_group_id' | 'service_id'>,
): Promise<boolean | undefined> {
  const path = `/api/gateway_groups/${segment(group)}/services/${segment(service)}/oas`;
  try {
    const { body } = await client.send({ method: 'GET', path });
    const value = isObject(body) && isObject(body.value) ? body.value : {};
    return typeof value.raw_openapi === 'string' && value.raw_openapi.trim() !== '';
  } catch (error) {
    if (error instanceof InterruptedError || !(error instanceof AdminError)) throw error;
    if (isStatus(error, 403, 404, 405)) return undefined;
    throw error;
  }
}
