import { printable } from '../lib/printable.ts';
import { OPENAPI_LEFT_OUT, OPENAPI_REFUSED } from '../model/left-out.ts';
import type { FieldName } from '../model/product.ts';
import type { WhyPinned } from './chosen-products.ts';
import type { LeftOutField } from './left-out-field.ts';

const PINNED: { readonly [Why in WhyPinned]: string } = {
  'shared-name': 'Other products of the portal have this name too; `id:` says which of them this is.',
  'unprintable-name': 'The name has characters that nobody sees; `id:` says which product this is.',
};

const OPENAPI = [
  `${OPENAPI_LEFT_OUT}, so it is not dumped.`,
  'Put the document beside this file and name it with `openapi_file:`. Until then adc can not compare it, nor',
  'create this product on another portal.',
];

export interface Remarks {
  readonly whyPinned: WhyPinned | undefined;
  readonly unreadable: readonly FieldName[];
  readonly leftOut: readonly LeftOutField[];
  /** Where the OpenAPI document is that was left out. */
  readonly document: string | undefined;
}

/** What people must know about a dumped product that its fields do not say, line by line (contract §8). */
export function entryComment({ whyPinned, unreadable, leftOut, document }: Remarks): readonly string[] {
  const others = unreadable.filter((field) => field !== 'raw_openapi').toSorted();
  return [
    ...(whyPinned === undefined ? [] : [PINNED[whyPinned]]),
    ...(unreadable.includes('raw_openapi') ? OPENAPI : []),
    ...others.map((field) => `The server does not give back \`${field}\`, so it is not dumped.`),
    ...leftOut.flatMap(({ field, mistake }) =>
      field === 'raw_openapi'
        ? refusedDocument(printable(mistake), document)
        : [`\`${field}\` is left out, since lint would refuse it: ${printable(mistake)}`],
    ),
  ];
}

function refusedDocument(mistake: string, document: string | undefined): readonly string[] {
  const first = `${OPENAPI_REFUSED}: ${mistake}`;
  return document === undefined
    ? [first]
    : [first, `Correct ${document}, and name it with \`openapi_file: ${document}\`.`];
}
