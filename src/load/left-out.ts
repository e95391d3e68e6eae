import type { Diagnostic } from '../model/diagnostic.ts';
import { diagnostic } from '../model/diagnostic-codes.ts';
import { OPENAPI_LEFT_OUT } from '../model/left-out.ts';
import type { SourceText } from './source-text.ts';

/** The places where a dump says that it could not read a document, until somebody adds it (acceptance U4). */
export function leftOut(source: SourceText): readonly Diagnostic[] {
  if (!source.text.includes(OPENAPI_LEFT_OUT)) return [];
  const comments = source.text.matchAll(new RegExp(`^[ \\t]*# ${OPENAPI_LEFT_OUT}`, 'gm'));
  return [...comments].map((match) => {
    const end = match.index + match[0].length;
    return diagnostic('openapi-left-out', {
      message: 'the OpenAPI document of the next product could not be dumped, and is not in the files',
      hint: 'Add the document with openapi_file, and remove this comment.',
      location: source.at(match.index + match[0].indexOf('#'), end),
    });
  });
}
