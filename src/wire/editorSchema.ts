import { FLOW_ACTIONS } from '../engine/run/flow/actions.ts'
import type { FlowShape } from '../engine/run/flowAction.ts'
import { isObject } from '../engine/values/json.ts'
import { type BlockWire, blockToWire } from './block.ts'
import type { RegisteredBlock } from '../engine/registeredBlock.ts'
import { NamedExtras } from './namedDefinition.ts'
import { BranchInput, Callback, CatchInput, JobInput, RetryInput, StepInput } from './definition.ts'
import { parseObject } from '../engine/values/parseJson.ts'

type Schema = { [key: string]: unknown }

/** The schemas of an object's properties. */
function propertiesOf({ properties }: Schema): Schema {
  return isObject(properties) ? properties : {}
}

/** What a value with a tag in it looks like: it may give anything. */
const TAG: Schema = {
  type: 'string',
  pattern: '\\{[:#<%=] [\\s\\S]* [:#>%=]\\}',
  description: 'A text with a tag: `{: step :}`, `{# variable #}`, `{< local >}`, `{% job.id %}`, `{= expression =}`.',
}

const ONE_TAG: Schema = { type: 'string', pattern: '^\\s*\\{[:#<%=] [\\s\\S]* [:#>%=]\\}\\s*$' }

/** A condition: null, a boolean, a number, a text that is one tag, or a list of these. */
const CONDITION: Schema = {
  anyOf: [
    { type: ['null', 'boolean', 'number'] },
    ONE_TAG,
    { type: 'array', items: { $ref: '#/$defs/one-condition' } },
  ],
}
/** Null in a list does not hold, and lists don't nest. */
const ONE_CONDITION: Schema = { anyOf: [{ type: ['null', 'boolean', 'number'] }, ONE_TAG] }

/**
 * A JSON Schema (2020-12) of a definition, with the blocks of a catalogue: for editors, and for language models. What it
 * refuses would fail; what a tag gives, and how steps name each other, it can't know.
 */
export function editorSchema(blocks: readonly RegisteredBlock[]): Schema {
  const catalogue = blocks.map(blockToWire)
  const { description, properties: _properties, ...job } = plain(JobInput)
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'A definition of Conduit',
    description,
    ...job,
    properties: {
      ...propertiesOf(plain(JobInput)),
      ...propertiesOf(plain(NamedExtras)),
      inputs: { type: 'object', description: 'A JSON Schema of `local_values`; of a definition with a name.' },
    },
    $defs: {
      StepInput: stepSchema(catalogue),
      BranchInput: conditional(plain(BranchInput)),
      CatchInput: conditional(plain(CatchInput)),
      RetryInput: plain(RetryInput),
      Callback: plain(Callback),
      condition: CONDITION,
      'one-condition': ONE_CONDITION,
      tag: TAG,
      ...Object.fromEntries(catalogue.map(({ action, parameters }) => [nameOf(action), withTags(parameters)])),
    },
  }
}

function nameOf(action: string): string {
  return `parameters of ${action}`
}

function stepSchema(catalogue: readonly BlockWire[]): Schema {
  const step = conditional(plain(StepInput))
  const properties = propertiesOf(step)
  const { action } = properties
  const examples = isObject(action) ? action['examples'] : undefined
  const choices = catalogue.map(({ action, title, description }) => ({ const: action, title, description }))
  return {
    ...step,
    properties: {
      ...properties,
      action: {
        description: 'The block to call. Left out beside `steps`: `FLOW.DO`.',
        enum: catalogue.map(({ action }) => action),
        oneOf: choices,
        examples,
      },
    },
    anyOf: [{ required: ['action'] }, { required: ['steps'] }],
    allOf: catalogue.map((block) => ({
      if: { properties: { action: { const: block.action } }, required: ['action'] },
      // oxlint-disable-next-line unicorn/no-thenable -- a keyword of JSON Schema
      then: ofAction(block),
    })),
  }
}

/** What stands beside an action: its parameters, and what steers it. */
function ofAction({ action, parameters }: BlockWire): Schema {
  const flow = FLOW_ACTIONS.get(action)
  const given = { parameters: { $ref: `#/$defs/${encodeURIComponent(nameOf(action))}` } }
  const must = Array.isArray(parameters['required']) && parameters['required'].length > 0 ? ['parameters'] : []
  if (flow === undefined) return { properties: { ...given, ...forbidden({}, false) }, required: must }
  const { steps, branches, until } = flow.shape
  const wanted = [steps === 'must' && 'steps', branches === 'must' && 'branches', until === 'must' && 'until']
  return {
    properties: { ...given, ...forbidden(flow.shape, true) },
    required: [...must, ...wanted.filter((name) => name !== false)],
  }
}

/** What may not stand beside an action. */
function forbidden(shape: FlowShape, ofFlow: boolean): Schema {
  const names = [
    shape.steps === undefined && 'steps',
    shape.branches === undefined && 'branches',
    shape.until === undefined && 'until',
    shape.output === undefined && 'output',
    ofFlow && shape.timeout === undefined && 'timeout',
    ofFlow && shape.retry === undefined && 'retry',
  ]
  return Object.fromEntries(names.filter((name) => name !== false).map((name) => [name, false]))
}

/** Conditions are any value in the contract's schema, since their faults are told in words there. */
function conditional(schema: Schema): Schema {
  const properties = { ...propertiesOf(schema) }
  for (const name of ['if', 'until']) {
    const property = properties[name]
    if (isObject(property)) properties[name] = { description: property['description'], $ref: '#/$defs/condition' }
  }
  return { ...schema, properties }
}

/** Wherever a value stands in parameters a text with a tag may stand too. */
function withTags(schema: unknown): unknown {
  if (!isObject(schema)) return schema
  const inner = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, below(key, value)]))
  return inner
}

function below(key: string, value: unknown): unknown {
  if (isObject(value) && (key === 'properties' || key === 'patternProperties')) {
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, orTag(one)]))
  }
  if (key === 'items' || key === 'additionalProperties') return isObject(value) ? orTag(value) : value
  if (Array.isArray(value) && (key === 'anyOf' || key === 'oneOf' || key === 'allOf')) return value.map(withTags)
  return value
}

function orTag(schema: unknown): unknown {
  if (!isObject(schema)) return schema
  const { title, description, default: preset, ...rest } = schema
  if (Object.keys(rest).length === 0 || (rest['type'] === 'string' && Object.keys(rest).length === 1)) return schema
  const told = Object.entries({ title, description, default: preset }).filter(([, value]) => value !== undefined)
  return { ...Object.fromEntries(told), anyOf: [withTags(rest), { $ref: '#/$defs/tag' }] }
}

/** Plain JSON, with references that lead into `$defs`. */
function plain(schema: object): Schema {
  const text = JSON.stringify(schema, (key, value: unknown) =>
    key === '$ref' && typeof value === 'string'
      ? `#/$defs/${value.replace(/#$/, '')}`
      : key === '$id'
        ? undefined
        : value,
  )
  return parseObject(text)
}
