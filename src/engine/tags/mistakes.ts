import { SyntaxMistake } from '../expressions/error.ts'
import { unknownName } from '../expressions/expression.ts'
import type { Reach } from '../expressions/scope.ts'
import type { Json } from '../values/json.ts'
import { pointerPart } from '../values/pointer.ts'
import { parseTemplate, type Template } from './tags.ts'

/** A text that can't mean what it should: where it stands, and what is wrong, with the remedy. */
export type TextMistake = {
  readonly pointer: string
  readonly detail: string
  /** An expression is at fault, or the rule of conditions is broken. */
  readonly code: 'expression' | 'invalid'
}

/** What is wrong with the expressions in a value, at any depth and in keys. */
export function expressionMistakes(value: Json, pointer: string, reach: Reach): TextMistake[] {
  if (typeof value === 'string') return mistakesIn(value, pointer, reach)
  if (typeof value !== 'object' || value === null) return []
  if (Array.isArray(value)) {
    return value.flatMap((item, i) => expressionMistakes(item, pointer + pointerPart(i), reach))
  }
  return Object.keys(value).flatMap((key) => {
    const below = pointer + pointerPart(key)
    return [...mistakesIn(key, below, reach), ...expressionMistakes(value[key] ?? null, below, reach)]
  })
}

/** Whether there may be an expression anywhere in a value. Nearly all have none, and pointers cost more than the look. */
export function mentionsExpression(value: Json): boolean {
  if (typeof value === 'string') return value.includes('{=')
  if (typeof value !== 'object' || value === null) return false
  if (Array.isArray(value)) return value.some(mentionsExpression)
  for (const key in value) if (key.includes('{=') || mentionsExpression(value[key] ?? null)) return true
  return false
}

/** What is wrong with a condition: it must be able to hold and not to hold, and its expressions must be right. */
export function conditionMistakes(value: Json, pointer: string, reach: Reach): TextMistake[] {
  if (!Array.isArray(value)) return partMistakes(value, pointer, reach)
  return value.flatMap((item, i) => {
    const below = pointer + pointerPart(i)
    if (!Array.isArray(item)) return partMistakes(item, below, reach)
    return [invalid(below, 'must not be a list in a list; write the conditions side by side')]
  })
}

function partMistakes(value: Json, pointer: string, reach: Reach): TextMistake[] {
  if (typeof value === 'string') {
    const template = parseTemplate(value)
    if (template === null || template.whole === null) return [invalid(pointer, remedyFor(value, template))]
    return expressionMistakes(value, pointer, reach)
  }
  if (typeof value !== 'object' || value === null) return []
  return [invalid(pointer, `must not be an object, which would always hold; write ${REMEDY}`)]
}

function invalid(pointer: string, detail: string): TextMistake {
  return { pointer, detail, code: 'invalid' }
}

const REMEDY = 'one tag such as {: step :}, or an expression such as {= step > 10 =}'

function remedyFor(text: string, template: Template | null): string {
  if (text === '') return `must not be empty; leave it out, or write ${REMEDY}`
  const what = template === null ? 'a text without a tag' : 'a text with more in it than one tag'
  return `must not be ${what}, which would always hold; write ${REMEDY}`
}

function mistakesIn(text: string, pointer: string, reach: Reach): TextMistake[] {
  if (!text.includes('{=')) return []
  const template = parseTemplate(text)
  if (template === null) return []
  if (template.nested !== null) {
    const column = columnOf(text, template.nested)
    return [
      { pointer, detail: `must not hold an expression inside of another tag (column ${column})`, code: 'expression' },
    ]
  }
  const mistakes: TextMistake[] = []
  for (const part of template.program) {
    if (typeof part !== 'object' || part.kind !== '=') continue
    const mistake = part.parsed instanceof SyntaxMistake ? part.parsed : unknownName(part.parsed, reach)
    if (mistake === null) continue
    const column = columnOf(text, part.offset + mistake.column - 1)
    mistakes.push({
      pointer,
      detail: `must hold valid expressions: ${mistake.message} (column ${column})`,
      code: 'expression',
    })
  }
  return mistakes.slice(0, 1)
}

/** The place of a UTF-16 unit, counted in characters from 1. */
function columnOf(text: string, index: number): number {
  return [...text.slice(0, index)].length + 1
}
