import { type Block, defineBlock, Type } from '../engine/block.ts'
import { copyJson, getOwn, setOwn } from '../engine/values/json.ts'

const name = Type.String({ description: 'The name of the variable.' })

export const set = defineBlock({
  action: 'VARIABLE.SET',
  title: 'Set a variable',
  description: 'Gives a variable a value, whether it is new or not.',
  keywords: ['assign', 'let', 'store', 'state', 'assign variable', 'var', 'set variable'],
  parameters: Type.Object({ name, value: Type.Unknown({ default: null, description: 'The value.' }) }),
  returns: Type.Null(),
  effects: false,
  mutates: true,
  examples: [{ parameters: { name: 'total', value: 55 }, returns: null }],
  run({ name, value }, { variables }) {
    setOwn(variables, name, copyJson(value))
    return null
  },
})

export const create = defineBlock({
  action: 'VARIABLE.CREATE',
  title: 'Create a variable',
  description: 'Makes a variable whose value is null; one that is there already stays as it is.',
  parameters: Type.Object({ name }),
  returns: Type.Null(),
  effects: false,
  mutates: true,
  examples: [{ parameters: { name: 'total' }, returns: null }],
  run({ name }, { variables }) {
    if (!Object.hasOwn(variables, name)) setOwn(variables, name, null)
    return null
  },
})

export const get = defineBlock({
  action: 'VARIABLE.GET',
  title: 'Get a variable',
  description: 'Gives the value of a variable; without a default it fails if there is none.',
  parameters: Type.Object({
    name,
    default: Type.Optional(
      Type.Unknown({ description: 'What to give when the variable is missing; null counts as given.' }),
    ),
  }),
  returns: Type.Unknown(),
  effects: false,
  mutates: false,
  examples: [{ parameters: { name: 'missing', default: 0 }, returns: 0 }],
  run({ name, default: otherwise }, { variables }) {
    const value = getOwn(variables, name)
    if (value !== undefined) return value
    if (otherwise === undefined) throw missingVariable(name)
    return otherwise
  },
})

export const remove = defineBlock({
  action: 'VARIABLE.DELETE',
  title: 'Delete a variable',
  description: 'Takes a variable away.',
  parameters: Type.Object({
    name,
    silent: Type.Boolean({
      default: true,
      description: 'Whether a missing variable is fine; if not, the block fails.',
    }),
  }),
  returns: Type.Null(),
  effects: false,
  mutates: true,
  examples: [{ parameters: { name: 'missing' }, returns: null }],
  run({ name, silent }, { variables }) {
    if (!silent && !Object.hasOwn(variables, name)) throw missingVariable(name)
    delete variables[name]
    return null
  },
})

export const listNames = defineBlock({
  action: 'VARIABLE.LIST_NAMES',
  title: 'List variable names',
  description: 'Gives the names of all variables as a list.',
  parameters: Type.Object({}),
  returns: Type.Array(Type.String()),
  effects: false,
  mutates: false,
  examples: [{ parameters: {}, returns: [] }],
  run: (_, { variables }) => Object.keys(variables),
})

export const listValues = defineBlock({
  action: 'VARIABLE.LIST_VALUES',
  title: 'List variable values',
  description: 'Gives the values of all variables as a list.',
  parameters: Type.Object({}),
  returns: Type.Array(Type.Unknown()),
  effects: false,
  mutates: false,
  examples: [{ parameters: {}, returns: [] }],
  run: (_, { variables }) => Object.values(variables),
})

export const isExists = defineBlock({
  action: 'VARIABLE.IS_EXISTS',
  title: 'Variable exists',
  description: 'Tells whether there is a variable of a name.',
  parameters: Type.Object({ name }),
  returns: Type.Boolean(),
  effects: false,
  mutates: false,
  examples: [{ parameters: { name: 'missing' }, returns: false }],
  run: ({ name }, { variables }) => Object.hasOwn(variables, name),
})

export const count = defineBlock({
  action: 'VARIABLE.COUNT',
  title: 'Count variables',
  description: 'Tells how many variables there are.',
  parameters: Type.Object({}),
  returns: Type.Integer(),
  effects: false,
  mutates: false,
  examples: [{ parameters: {}, returns: 0 }],
  run: (_, { variables }) => Object.keys(variables).length,
})

function missingVariable(name: string): RangeError {
  return new RangeError(`there is no variable ${JSON.stringify(name)}; make it with VARIABLE.SET first`)
}

/** The blocks of the category VARIABLE. */
export const variableBlocks: readonly Block[] = [count, create, get, isExists, listNames, listValues, remove, set]
