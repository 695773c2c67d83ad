import { type Block, defineBlock, Type } from '../../engine/block.ts'
import { InvalidArgument, ValueTooLarge } from '../../engine/errors.ts'
import { getOwn } from '../../engine/values/json.ts'
import { typeName } from '../comparison.ts'
import { toText } from './characters.ts'

/** Texts beyond this are refused before they are made, in characters. */
const MAX_LENGTH = 16 * 1024 * 1024

/** Throws `ValueTooLarge` for the length of a text that is too long to be made. */
export function checkLength(length: number): void {
  if (length > MAX_LENGTH) throw new ValueTooLarge(`the text would have ${length} characters, more than ${MAX_LENGTH}`)
}

/** The items of a list, all of which must be texts. Throws a TypeError that says which is not. */
export function texts(list: readonly unknown[]): string[] {
  return list.map((item, index) => {
    if (typeof item === 'string') return item
    throw new TypeError(`item ${index} must be a text, not ${typeName(item)}`)
  })
}

export const create = defineBlock({
  action: 'TEXT.CREATE',
  title: 'Create text',
  description: 'Turns any value into text: texts stay as they are, everything else becomes compact JSON.',
  keywords: ['string', 'tostring', 'literal', 'to string', 'str'],
  parameters: Type.Object({ value: Type.Unknown({ description: 'Any value.' }) }),
  returns: Type.String(),
  effects: false,
  mutates: false,
  examples: [
    { parameters: { value: 5 }, returns: '5' },
    { parameters: { value: { a: [true, null] } }, returns: '{"a":[true,null]}' },
  ],
  run: ({ value }) => toText(value),
})

export const join = defineBlock({
  action: 'TEXT.JOIN',
  title: 'Join two texts',
  description: 'Joins two texts with a third between them.',
  keywords: ['concat', 'concatenate', 'combine', 'append', 'glue'],
  parameters: Type.Object({
    text1: Type.String({ description: 'The first text.' }),
    text2: Type.String({ description: 'The last text.' }),
    join_with: Type.String({ default: ' ', description: 'What stands between them.' }),
  }),
  returns: Type.String(),
  effects: false,
  mutates: false,
  examples: [{ parameters: { text1: 'Hello', text2: 'World' }, returns: 'Hello World' }],
  run: ({ text1, text2, join_with }) => text1 + join_with + text2,
})

export const joinList = defineBlock({
  action: 'TEXT.JOIN_LIST',
  title: 'Join a list of texts',
  description: 'Joins all texts of a list.',
  keywords: ['implode', 'comma separated', 'join list', 'concat'],
  parameters: Type.Object({
    list: Type.Array(Type.Unknown(), { description: 'The texts to join.' }),
    seperator: Type.String({ default: '', description: 'What stands between two of them.' }),
  }),
  returns: Type.String(),
  effects: false,
  mutates: false,
  examples: [{ parameters: { list: ['a', 'b'], seperator: ', ' }, returns: 'a, b' }],
  run: ({ list, seperator }) => {
    const pieces = texts(list)
    const gaps = Math.max(pieces.length - 1, 0)
    checkLength(pieces.reduce((sum, piece) => sum + piece.length, gaps * seperator.length))
    return pieces.join(seperator)
  },
})

/** A doubled brace, a placeholder, or a brace that is neither. */
const TEMPLATE_PART = /\{\{|\}\}|\{([^{}]*)\}|[{}]/g

export const template = defineBlock({
  action: 'TEXT.TEMPLATE',
  title: 'Fill a template',
  description: 'Puts values in the place of `{name}` in a text; `{{` and `}}` stand for braces.',
  keywords: ['format', 'interpolate', 'mustache', 'render', 'message', 'sprintf'],
  parameters: Type.Object({
    template: Type.String({
      contentMediaType: 'text/x-template',
      description: 'The text with a `{name}` wherever a value belongs.',
    }),
    values: Type.Record(Type.String(), Type.Unknown(), {
      description: 'The values by name; what is no text is written as compact JSON.',
    }),
  }),
  returns: Type.String(),
  effects: false,
  mutates: false,
  examples: [
    { parameters: { template: 'Hi {name}, {n} left', values: { name: 'Ada', n: 3 } }, returns: 'Hi Ada, 3 left' },
    { parameters: { template: '{{{a}}}', values: { a: 1 } }, returns: '{1}' },
  ],
  run: ({ template, values }) => {
    let length = template.length
    return template.replace(TEMPLATE_PART, (part: string, name?: string) => {
      const text = name === undefined ? brace(part) : placeholder(name, values)
      length += text.length - part.length
      checkLength(length)
      return text
    })
  },
})

function brace(part: string): string {
  if (part.length === 1) throw new InvalidArgument(`a single ${part} in the template; write ${part}${part}`)
  return part.charAt(0)
}

function placeholder(name: string, values: Record<string, unknown>): string {
  const value = getOwn(values, name)
  if (value !== undefined) return toText(value)
  throw new InvalidArgument(`there is no value named ${JSON.stringify(name.slice(0, 100))} for the template`)
}

/** The blocks that make a text. */
export const textCreateBlocks: readonly Block[] = [create, join, joinList, template]
