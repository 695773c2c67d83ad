import type { Json } from '../../values/json.ts'
import type { ExpressionScope } from '../scope.ts'
import { type Duration, type Timestamp, type TypeName, VALUE_TYPES, type Value, type ValueObject } from '../value.ts'
import type { Work } from '../work.ts'

/** What a parameter of each kind hands over. `any` may be null; `value` is anything else. */
type Kinds = {
  string: string
  number: number
  integer: number
  bool: boolean
  list: Value[]
  object: ValueObject
  timestamp: Timestamp
  duration: Duration
  value: NonNullable<Value>
  any: Value
}

/** What a parameter of a function takes. */
export type Kind = keyof Kinds

type KindOf<Text extends string> = Text extends `${infer One}|${infer More}`
  ? KindOf<One> | KindOf<More>
  : Text extends Kind
    ? Kinds[Text]
    : never

type Taken<Takes> = {
  [Name in keyof Takes as Name extends `...${infer Rest}` ? Rest : Name]: Name extends `...${string}`
    ? KindOf<Takes[Name] & string>[]
    : Takes[Name] extends `${infer One}?`
      ? KindOf<One> | undefined
      : KindOf<Takes[Name] & string>
}

/** What a function gets beside its arguments. */
export type Call = {
  readonly work: Work
  readonly scope: ExpressionScope
  /** Throws an error that names the call, with the value that is no good where it says more than its type. */
  fail(message: string, value?: string | number | boolean): never
}

/** A parameter: its name, the kinds it takes, whether it may be left out, whether it takes all that follow. */
export type Parameter = {
  readonly name: string
  readonly kinds: readonly Kind[]
  readonly optional: boolean
  readonly rest: boolean
}

/** A function of expressions, and everything that is told about it. */
export type ExpressionFunction = {
  readonly name: string
  readonly parameters: readonly Parameter[]
  /** The type of what it gives; null: it depends on what it gets. */
  readonly givesType: TypeName | null
  /** How many arguments it takes; `most` is Infinity where there is no end. */
  readonly least: number
  readonly most: number
  /** `substring(text: string, from: integer, to?: integer): string` */
  readonly signature: string
  readonly sentence: string
  readonly example: { readonly expression: string; readonly value: Json }
  /** @param taken the arguments by name, of the right kinds */
  readonly run: (taken: Record<string, unknown>, call: Call) => Value
}

type Definition<Takes> = {
  readonly name: string
  /** By name the kinds that fit, joined by `|`; with `?` at its end it may be left out, `...` before the name takes the rest. */
  readonly takes: Takes
  readonly gives: string
  /** A sentence for the catalogue. */
  readonly says: string
  /** An expression and what it gives; a test evaluates it. */
  readonly example: readonly [expression: string, value: Json]
  run(taken: Taken<Takes>, call: Call): Value
}

/** Makes a function; what `run` gets is typed from `takes`, and has been checked. */
export function define<const Takes extends Record<string, string>>(definition: Definition<Takes>): ExpressionFunction {
  const { name, takes, gives, says, example } = definition
  const parameters = Object.entries(takes).map(
    ([written, kinds]): Parameter => ({
      name: written.replace('...', ''),
      kinds: kinds.replace('?', '').split('|') as Kind[],
      optional: kinds.endsWith('?'),
      rest: written.startsWith('...'),
    }),
  )
  const rest = parameters.some((parameter) => parameter.rest)
  return {
    name,
    parameters,
    givesType: VALUE_TYPES.find((type) => type === gives) ?? null,
    least: parameters.filter(({ optional }) => !optional).length,
    most: rest ? Number.POSITIVE_INFINITY : parameters.length,
    signature: `${name}(${parameters.map(writeParameter).join(', ')}): ${gives}`,
    sentence: says,
    example: { expression: example[0], value: example[1] },
    run: definition.run as ExpressionFunction['run'],
  }
}

function writeParameter({ name, kinds, optional, rest }: Parameter): string {
  return `${rest ? '...' : ''}${name}${optional ? '?' : ''}: ${kinds.join(' | ')}`
}
