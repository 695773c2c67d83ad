import { SecretMissing } from '../engine/secrets/given.ts'
import { replacedAt, type SecretInputs, valueAt } from '../engine/secrets/inputs.ts'
import { MASK } from '../engine/secrets/names.ts'
import type { Json, JsonObject } from '../engine/values/json.ts'
import { pointerPart } from '../engine/values/pointer.ts'
import { type SecretBox, SecretUnreadable } from './box.ts'
import { type Finding, formsOf, isLong, Replacer } from './masking.ts'
import { rowOf } from './rows.ts'
import { storedJson } from '../engine/values/storedJson.ts'

/** Secret local values by their places in `local_values`: JSON pointers. */
export type SecretValues = ReadonlyMap<string, Json>

const SEALED = storedJson<[string, Json][]>()

/** Seals secret local values for the row of their job or schedule. */
export function sealInputs(values: SecretValues, row: string, box: SecretBox): string {
  return box.seal(SEALED.write([...values]), row)
}

/** Opens them again. Throws a `SecretUnreadable`. */
export function openInputs(sealed: string, row: string, box: SecretBox): SecretValues {
  return new Map(SEALED.read(box.open(sealed, row)))
}

/**
 * The secret local values of a job for its run. What can't be opened is told by the step that needs it.
 *
 * @param shown what is told of its local values: `***` in the place of what is secret
 */
export function inputsOf(
  sealed: string,
  { tenant, id }: { readonly tenant: string; readonly id: string },
  shown: JsonObject,
  box: SecretBox,
): SecretInputs {
  try {
    return knownInputs(shown, openInputs(sealed, rowOf.inputs(tenant, id), box))
  } catch (error) {
    return lostInputs(shown, error instanceof SecretUnreadable ? error.message : 'what is stored of it is damaged')
  }
}

/** Local values of which some are secret: these by their places, as a run knows them, and what is told of all. */
export type HiddenInputs = {
  readonly values: SecretValues
  readonly known: SecretInputs
  /** All local values, with `***` in the place of what is secret. */
  readonly shown: JsonObject
}

/** Takes out of local values what is secret. Null where nothing is. @param places JSON pointers */
export function hideInputs(localValues: JsonObject, pointers: Iterable<string>): HiddenInputs | null {
  const values = new Map<string, Json>()
  for (const pointer of pointers) {
    const value = valueAt(localValues, pointer)
    if (value !== undefined && value !== null) values.set(pointer, value)
  }
  if (values.size === 0) return null
  const shown = replacedAt(localValues, new Map([...values.keys()].map((pointer) => [pointer, MASK])))
  return { values, known: knownInputs(shown, values), shown }
}

/** @param shown the job's local values, with anything in the place of the secret ones */
export function knownInputs(shown: JsonObject, values: SecretValues): SecretInputs {
  const leaves = new Map([...values].flatMap(([pointer, value]) => leavesOf(value, pointer)))
  const masker = new Replacer(
    findingsOf(leaves, () => MASK),
    wholesOf(leaves, () => MASK),
    true,
  )
  const concealer = new Concealer(leaves)
  const revealer = new Revealer(leaves)
  return {
    localValues: replacedAt(shown, values),
    mask: (value) => masker.value(value),
    maskText: (text) => masker.text(text),
    conceal: (value) => concealer.value(value),
    reveal: (value) => revealer.value(value),
  }
}

function lostInputs(shown: JsonObject, why: string): SecretInputs {
  const localValues = { ...shown }
  for (const name of Object.keys(shown).filter((name) => JSON.stringify(shown[name]).includes(JSON.stringify(MASK)))) {
    const get = (): never => {
      throw new SecretMissing(`the local value ${name} can't be opened: ${why}`)
    }
    Object.defineProperty(localValues, name, { get, enumerable: true, configurable: true })
  }
  const same = <Value>(value: Value): Value => value
  return { localValues, mask: same, maskText: same, conceal: same, reveal: same }
}

/** Texts and numbers, at any depth, by their places. */
function leavesOf(value: Json, pointer: string): [string, string | number][] {
  if (typeof value === 'string' || typeof value === 'number') return [[pointer, value]]
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, item]) => leavesOf(item, pointer + pointerPart(key)))
}

type Leaves = ReadonlyMap<string, string | number>
type MarkOf = (pointer: string, form: number | 'whole') => string

/** Shorter ones would be met by chance too often, also as the whole of a value: they are hidden at their places only. */
const LEAST_WHOLE = 4

function findingsOf(leaves: Leaves, markOf: MarkOf): Finding[] {
  const marks = new Map<string, string>()
  for (const [pointer, leaf] of leaves) {
    const text = String(leaf)
    if (!isLong(text)) continue
    for (const [form, found] of formsOf(text).entries()) if (!marks.has(found)) marks.set(found, markOf(pointer, form))
  }
  return [...marks].map(([text, mark]) => ({ text, mark }))
}

function wholesOf(leaves: Leaves, markOf: MarkOf): Map<Json, string> {
  const whole = [...leaves].filter(([, leaf]) => String(leaf).length >= LEAST_WHOLE)
  return new Map(whole.map(([pointer, leaf]) => [leaf, markOf(pointer, 'whole')]))
}

/** Private characters around a sign. The first one is a sign itself where it comes from outside, an empty one. */
const BEGIN = '\uE000'
const END = '\uE001'
const SIGN = /\uE000[^\uE000\uE001]*\uE001/g
const OF_BEGIN = BEGIN + END

const signOf: MarkOf = (pointer, form) => `${BEGIN}${form}:${JSON.stringify(pointer)}${END}`
const escaped = (text: string): string => text.replaceAll(BEGIN, OF_BEGIN)

class Concealer extends Replacer {
  constructor(leaves: Leaves) {
    const findings = findingsOf(leaves, signOf).map(({ text, mark }) => ({ text: escaped(text), mark }))
    super(findings, wholesOf(leaves, signOf))
  }

  override text(text: string): string {
    return super.text(escaped(text))
  }
}

class Revealer extends Replacer {
  readonly #wholes: ReadonlyMap<unknown, string | number>
  readonly #forms: ReadonlyMap<string, string>

  constructor(leaves: Leaves) {
    super([])
    this.#wholes = new Map([...leaves].map(([pointer, leaf]) => [signOf(pointer, 'whole'), leaf]))
    const forms = [...leaves].flatMap(([pointer, leaf]) =>
      formsOf(String(leaf)).map((text, form): [string, string] => [signOf(pointer, form), text]),
    )
    this.#forms = new Map([[OF_BEGIN, BEGIN], ...forms])
  }

  override text(text: string): string {
    return text.replace(SIGN, (sign) => this.#forms.get(sign) ?? MASK)
  }

  override value<Value>(value: Value): Value
  override value(value: unknown): unknown {
    return this.#wholes.get(value) ?? super.value(value)
  }
}
