import { type ASTNode, Environment, ParseError } from '@marcbachmann/cel-js'
import { Converter, type Parsed } from './convert.ts'
import { SyntaxMistake } from './error.ts'
import { type Source, toSource } from './source.ts'

const MAX_CHARACTERS = 2048

/** Only its parser is used. Our own bounds are stricter: these only must not come before them. */
const library = new Environment({
  limits: { maxAstNodes: 5000, maxDepth: 5000, maxCallArguments: 5000, maxListElements: 5000, maxMapEntries: 5000 },
})

/**
 * Parses the text of an expression, without white space around it. Throws a `SyntaxMistake` where it is none, where it
 * is too long, too large or too deep, and where it calls a function that does not exist.
 */
export function parse(written: string): Parsed {
  if (written === '') throw new SyntaxMistake('is empty', 1)
  if (written.length > MAX_CHARACTERS && [...written].length > MAX_CHARACTERS) {
    throw new SyntaxMistake(`is longer than ${MAX_CHARACTERS} characters`, 1)
  }
  const source = toSource(written)
  return new Converter(source).convert(parseBy(source))
}

function parseBy(source: Source): ASTNode {
  try {
    return library.parse(source.text).ast
  } catch (error) {
    if (!(error instanceof ParseError)) throw error
    throw new SyntaxMistake(wordsOf(error.summary), source.at(error.range?.start ?? 0) + 1)
  }
}

const TOKENS: Readonly<Record<string, string>> = {
  EOF: 'the end',
  NUMBER: 'a number',
  STRING: 'a text',
  BYTES: 'bytes',
  BOOLEAN: 'a boolean',
  NULL: 'null',
  IDENTIFIER: 'a name',
  PLUS: '+',
  MINUS: '-',
  MULTIPLY: '*',
  DIVIDE: '/',
  MODULO: '%',
  EQ: '==',
  NE: '!=',
  LT: '<',
  LE: '<=',
  GT: '>',
  GE: '>=',
  AND: '&&',
  OR: '||',
  NOT: '!',
  IN: 'in',
  LPAREN: '(',
  RPAREN: ')',
  LBRACKET: '[',
  RBRACKET: ']',
  LBRACE: '{',
  RBRACE: '}',
  DOT: '.',
  COMMA: ',',
  COLON: ':',
  QUESTION: '?',
}

/** The library's sentence with its names of tokens written as people write them. */
function wordsOf(summary: string): string {
  const sentence = summary.replace(/\b[A-Z]{2,}\b/g, (token) => TOKENS[token] ?? token)
  return sentence.charAt(0).toLowerCase() + sentence.slice(1)
}
