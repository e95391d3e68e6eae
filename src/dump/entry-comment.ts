import { OPENAPI_LEFT_OUT } from '../model/left-out.ts';
import type { FieldName } from '../model/product.ts';
import type { Namesake } from './chosen-products.ts';

const NAMESAKES: { readonly [Kind in Namesake]: readonly string[] } = {
  pinned: ['Other products of the portal bear this name too; `id:` says which of them this is.'],
  rival: [
    'adc owns several products of this name, and files may have a name once, so `adc lint` refuses this one.',
    'Give it another name here: `id:` renames the live product in place. Or delete the product that is too many.',
    'Do not just remove it here: `adc sync` deletes products of its own that no file has.',
  ],
  spare: [
    'Not managed: another product of the portal bears this name too, and files may have a name once.',
    'To manage it, remove the comment signs and change the name: `id:` renames the live product in place.',
  ],
};

const OPENAPI = [
  `${OPENAPI_LEFT_OUT}, so it is not dumped.`,
  'Put the document beside this file and name it with `openapi_file:`. Until then adc can not compare it, nor',
  'create this product on another portal.',
];

/** What people must know about a dumped product that its fields do not say, line by line (contract §8). */
export function entryComment(
  unreadable: readonly FieldName[],
  namesake: Namesake | undefined,
): readonly string[] {
  const others = unreadable.filter((field) => field !== 'raw_openapi').toSorted();
  return [
    ...(namesake === undefined ? [] : NAMESAKES[namesake]),
    ...(unreadable.includes('raw_openapi') ? OPENAPI : []),
    ...others.map((field) => `The server does not give back \`${field}\`, so it is not dumped.`),
  ];
}
