import { expect, test } from 'vitest'
import { parseTemplate } from '../../../src/engine/tags/tags.ts'

/** The texts of the expressions that are found in a text. */
function expressionsIn(text: string): string[] {
  return (parseTemplate(text)?.program ?? []).flatMap((part) =>
    typeof part === 'object' && part.kind === '=' ? [part.written] : [],
  )
}

test.each([
  ['{= 1 =}', ['{= 1 =}']],
  ['{=\n1\t=}', ['{=\n1\t=}']],
  ['{=1=}', []],
  ['{= 1=}', []],
  ['{=1 =}', []],
  ['{= =}', ['{= =}']],
  ['a{= 1 =}b{= 2 =}c', ['{= 1 =}', '{= 2 =}']],
  ['{= " =}" =}', ['{= " =}" =}']],
  [`{= ' =}' + " =}" =} =}`, [`{= ' =}' + " =}" =}`]],
  ['{= "\\" =}" =}', ['{= "\\" =}" =}']],
  ['{= r"\\" =}', ['{= r"\\" =}']],
  ['{= bar"\\" =}" =}', ['{= bar"\\" =}" =}']],
  ['{= """ " =} """ =}', ['{= """ " =} """ =}']],
  ['{= "" =}', ['{= "" =}']],
  ["{= 1 // it's =}", ["{= 1 // it's =}"]],
  ['{= "a {= 1 =}', ['{= 1 =}']],
  ['{= " {= \' {= 2 =}', ['{= 2 =}']],
  ['{= {= 1 =}', ['{= {= 1 =}']],
  ['{# a{= #}', []],
  ['{: {= 1 =}', ['{= 1 =}']],
])('in %j the expressions are %j', (text, expressions) => {
  expect(expressionsIn(text)).toEqual(expressions)
})

test.each([
  ['{: {= "a" =} :}', 3],
  ['{# x.{= 1 =} #}', 5],
  ['{# {# x #}.{= 1 =} #}', 11],
  ['{: {= 1 =}', null],
  ['{# a #}{= 1 =}{# b #}', null],
])('in %j an expression inside of another tag stands at %j', (text, at) => {
  expect(parseTemplate(text)?.nested).toBe(at)
})

test.each([
  ['{= 1 =}', true],
  [' {= 1 =}\n', true],
  ['{= 1 =}.', false],
  ['{= 1 =}{= 2 =}', false],
  ['{# {# a #} #}', true],
  ['{= 1 =}{# a #}', false],
])('%j is one tag and nothing else: %j', (text, whole) => {
  expect(parseTemplate(text)?.whole !== null).toBe(whole)
})
