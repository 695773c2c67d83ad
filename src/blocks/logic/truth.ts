import { type Block, defineBlock, Type } from '../../engine/block.ts'
import { isTruthy } from '../../engine/values/truth.ts'

const oneValue = Type.Object({ value: Type.Unknown({ description: 'Any value.' }) })
const nothing = Type.Object({})

function defineTruth(action: string, title: string) {
  return defineBlock({
    action,
    title,
    description: 'Tells whether a value is truthy: neither false, 0, null, an empty text, list nor object.',
    parameters: oneValue,
    returns: Type.Boolean(),
    effects: false,
    mutates: false,
    examples: [
      { parameters: { value: 'a' }, returns: true },
      { parameters: { value: [] }, returns: false },
    ],
    run: ({ value }) => isTruthy(value),
  })
}

export const bool = defineTruth('LOGIC.BOOL', 'To boolean')
export const isTruth = defineTruth('LOGIC.IS_TRUTH', 'Is truthy')

export const isNone = defineBlock({
  action: 'LOGIC.IS_NONE',
  title: 'Is null',
  description: 'Tells whether a value is null.',
  parameters: oneValue,
  returns: Type.Boolean(),
  effects: false,
  mutates: false,
  examples: [{ parameters: { value: null }, returns: true }],
  run: ({ value }) => value === null,
})

function defineConstant(action: string, title: string, value: boolean | null) {
  return defineBlock({
    action,
    title,
    description: `Gives ${value}.`,
    parameters: nothing,
    returns: value === null ? Type.Null() : Type.Boolean(),
    effects: false,
    mutates: false,
    examples: [{ parameters: {}, returns: value }],
    run: () => value,
  })
}

export const yes = defineConstant('LOGIC.TRUE', 'True', true)
export const no = defineConstant('LOGIC.FALSE', 'False', false)
export const none = defineConstant('LOGIC.NONE', 'Null', null)

/** The blocks that make or tell truth values. */
export const truthBlocks: readonly Block[] = [bool, isTruth, isNone, yes, no, none]
