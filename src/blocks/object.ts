import { type Block, defineBlock, Type } from '../engine/block.ts'
import { countCharacters } from '../engine/values/characters.ts'
import { InvalidArgument } from '../engine/errors.ts'
import { isObject } from '../engine/values/json.ts'
import { type Slice, sliceList, sliceText } from '../engine/values/slice.ts'
import { typeName } from './comparison.ts'

const value = Type.Unknown({ description: 'Any value.' })
const sequence = Type.Unknown({ description: 'A text or a list.' })

function bound(description: string) {
  return Type.Union([Type.Integer(), Type.Null()], { default: null, description })
}

/** The parameters of a slice, each null where it is left out. */
export const sliceBounds = {
  start: bound('The index of the first item; negative from the end, null for the very first.'),
  stop: bound('The index before which to stop; negative from the end, null for no stop.'),
  step: bound('How far it is from one item to the next; negative for backwards, null for 1.'),
}

export const createSlice = defineBlock({
  action: 'OBJECT.CREATE_SLICE',
  title: 'Create a slice',
  description: 'Makes a slice, to be applied to texts and lists later.',
  parameters: Type.Object(sliceBounds),
  returns: Type.Object(sliceBounds),
  effects: false,
  mutates: false,
  examples: [{ parameters: { start: 1, stop: 3 }, returns: { start: 1, stop: 3, step: null } }],
  run: ({ start, stop, step }) => ({ start, stop, step }),
})

export const applySlice = defineBlock({
  action: 'OBJECT.APPLY_SLICE',
  title: 'Apply a slice',
  description: 'Cuts out of a text or a list what a slice picks.',
  parameters: Type.Object({
    value: sequence,
    slice: Type.Object(
      {
        start: Type.Optional(sliceBounds.start),
        stop: Type.Optional(sliceBounds.stop),
        step: Type.Optional(sliceBounds.step),
      },
      { additionalProperties: false, description: 'The slice, as OBJECT.CREATE_SLICE makes it.' },
    ),
  }),
  returns: Type.Unknown(),
  effects: false,
  mutates: false,
  examples: [{ parameters: { value: [1, 2, 3, 4], slice: { start: 1, stop: null, step: 2 } }, returns: [2, 4] }],
  run: ({ value, slice: { start = null, stop = null, step = null } }) => cut(value, { start, stop, step }),
})

export const sliceValue = defineBlock({
  action: 'OBJECT.SLICE_VALUE',
  title: 'Slice a value',
  description: 'Cuts items out of a text or a list, from a start up to but without a stop.',
  parameters: Type.Object({ value: sequence, ...sliceBounds }),
  returns: Type.Unknown(),
  effects: false,
  mutates: false,
  examples: [{ parameters: { value: [1, 2, 3, 4], start: 1, stop: 3 }, returns: [2, 3] }],
  run: ({ value, start, stop, step }) => cut(value, { start, stop, step }),
})

function cut(value: unknown, slice: Slice): unknown {
  if (typeof value !== 'string' && !Array.isArray(value)) {
    throw new TypeError(`only a text or a list can be sliced, not ${typeName(value)}`)
  }
  if (slice.step === 0) throw new InvalidArgument('the step of a slice must not be 0')
  return typeof value === 'string' ? sliceText(value, slice) : sliceList(value, slice)
}

export const copy = defineBlock({
  action: 'OBJECT.COPY',
  title: 'Copy',
  description: 'Gives a copy of a value: changing one later leaves the other as it is.',
  keywords: ['clone', 'duplicate'],
  parameters: Type.Object({ value }),
  returns: Type.Unknown(),
  effects: false,
  mutates: false,
  examples: [{ parameters: { value: { a: [1] } }, returns: { a: [1] } }],
  run: ({ value }) => value,
})

export const length = defineBlock({
  action: 'OBJECT.LENGTH',
  title: 'Length',
  description: 'Counts the characters of a text, the items of a list or the keys of an object.',
  keywords: ['size', 'count', 'len'],
  parameters: Type.Object({ value: Type.Unknown({ description: 'A text, a list or an object.' }) }),
  returns: Type.Integer(),
  effects: false,
  mutates: false,
  examples: [
    { parameters: { value: 'abc' }, returns: 3 },
    { parameters: { value: { a: 1 } }, returns: 1 },
  ],
  run: ({ value }) => {
    if (typeof value === 'string') return countCharacters(value)
    if (Array.isArray(value)) return value.length
    if (isObject(value)) return Object.keys(value).length
    throw new TypeError(`only texts, lists and objects have a length, not ${typeName(value)}`)
  },
})

/** The category OBJECT. */
export const objectBlocks: readonly Block[] = [createSlice, applySlice, sliceValue, copy, length]
