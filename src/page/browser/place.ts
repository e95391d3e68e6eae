import { AUDIENCES, type Audience } from '../../model/portal-view.ts';

/** What the page shows, as the fragment of its address keeps it. */
export interface Place {
  readonly audience: Audience;
  /** Id of a product; undefined shows all products. */
  readonly product: string | undefined;
}

export function readPlace(fragment: string): Place {
  const parameters = new URLSearchParams(fragment.replace(/^#/, ''));
  const audience = AUDIENCES.find((one) => one === parameters.get('as')) ?? 'subscriber';
  return { audience, product: parameters.get('product') ?? undefined };
}

export function fragmentOf({ audience, product }: Place): string {
  return `#${new URLSearchParams({ ...(product !== undefined && { product }), as: audience })}`;
}
