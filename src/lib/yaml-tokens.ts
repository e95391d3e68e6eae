import { Lexer, Parser } from 'yaml';
import type { CST } from 'yaml';

/** The tokens of a YAML text, or where it is nested deeper than it may be. */
export type YamlTokens = { readonly tokens: readonly CST.Token[] } | { readonly tooDeepAt: number };

/**
 * The library composes by recursion and runs out of stack on deep documents, which can end the process, so depth is
 * watched one stage earlier, where it costs nothing.
 */
export function yamlTokens(text: string, mostLevels: number): YamlTokens {
  const parser = new Parser();
  const tokens: CST.Token[] = [];
  for (const lexeme of new Lexer().lex(text)) {
    for (const token of parser.next(lexeme)) tokens.push(token);
    if (parser.stack.length > mostLevels) return { tooDeepAt: parser.offset };
  }
  for (const token of parser.end()) tokens.push(token);
  return { tokens };
}
