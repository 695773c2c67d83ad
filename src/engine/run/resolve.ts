import { ValueTooLarge } from '../errors.ts'
import { SyntaxMistake } from '../expressions/error.ts'
import { evaluateExpression } from '../expressions/expression.ts'
import type { ExpressionScope } from '../expressions/scope.ts'
import { toJson } from '../expressions/value.ts'
import { Work } from '../expressions/work.ts'
import type { StepPlan } from '../plan/tree.ts'
import type { RegisteredBlock } from '../registeredBlock.ts'
import { MASK } from '../secrets/names.ts'
import { secretIn } from '../secrets/tags.ts'
import { inUrl } from '../secrets/url.ts'
import type { ExpressionTag } from '../tags/expressionTag.ts'
import { type Instruction, OPEN, type TagEnd, type Template, tagPath, type WholeTag } from '../tags/tags.ts'
import type { CompiledEntry, CompiledValue } from '../tags/template.ts'
import { Budget, COST_OF_BYTE, copyJson, type Json, type JsonObject, measureJson, setOwn } from '../values/json.ts'
import { lookUp, namesVariable } from './lookup.ts'
import { scopeOf } from './scope.ts'
import type { Resolved, Sequence } from './state.ts'

/**
 * Puts values in the place of tags. What a tag yields is never scanned again. A block that may change its parameters
 * gets copies, but for one that is exactly one tag naming a variable: that is the variable itself.
 *
 * @param secrets gives a secret's text; null: the step names none
 *
 * Throws `ValueTooLarge` when the tags of one step together yield more than a whole job may hold, or one text becomes
 * longer than all variables together may be.
 */
export function resolveParameters(
  at: Sequence,
  entries: readonly CompiledEntry[],
  block: RegisteredBlock,
  secrets: SecretText | null = null,
): Resolved {
  const resolver = new Resolver(at, block.mutates, secrets)
  const parameters: JsonObject = {}
  let holdsVariable = false
  for (const { key, value } of entries) {
    const name = resolver.key(key)
    resolver.inUrl = block.secretUrls.includes(name)
    const reference = block.mutates ? resolver.reference(value) : undefined
    if (reference !== undefined) holdsVariable = true
    setOwn(parameters, name, reference ?? resolver.value(value))
  }
  for (const [name, value] of block.defaults) {
    if (!Object.hasOwn(parameters, name)) parameters[name] = block.mutates ? copyJson(value) : value
  }
  return { parameters, holdsVariable }
}

/** Gives the text of a secret by its name. */
export type SecretText = (name: string) => string

/** A secret as everybody but its block sees it. */
const masked: SecretText = () => MASK

/** Parameters as they may be shown: `***` stands in the place of secrets. */
export function resolveMasked(at: Sequence, { parameters, secrets }: StepPlan, block: RegisteredBlock): Resolved {
  return resolveParameters(at, parameters, block, secrets === null ? null : masked)
}

/** A value with its tags resolved, as a copy of its own. Throws `ValueTooLarge` as above. */
export function resolveValue(at: Sequence, value: CompiledValue): Json {
  return new Resolver(at, true).value(value)
}

/** A value with its tags resolved, to be read only: parts of it may be the job's own. */
export function peekValue(at: Sequence, value: CompiledValue): Json {
  return new Resolver(at, false).value(value)
}

class Resolver {
  readonly #at: Sequence
  readonly #copies: boolean
  readonly #secrets: SecretText | null
  readonly #budget: Budget
  /** What is resolved is a URL: secrets in it are a part of its path or its query, and nothing else. */
  inUrl = false
  /** Made for the first expression: most steps have none. */
  #expressions: { readonly scope: ExpressionScope; readonly work: Work } | null = null

  constructor(at: Sequence, copies: boolean, secrets: SecretText | null = null) {
    this.#at = at
    this.#secrets = secrets
    this.#copies = copies
    const { jobBytes, variablesBytes } = at.run.context.limits
    // All variables, however they are written, can be handed to a block.
    const limit = Math.max(jobBytes, COST_OF_BYTE * variablesBytes)
    this.#budget = new Budget(
      limit,
      () => new ValueTooLarge(`the parameters of this step are larger than ${limit} bytes`),
    )
  }

  /** The list or object in a variable that a value names as a whole, if it does. */
  reference(value: CompiledValue): Json | undefined {
    if (value.kind !== 'text') return undefined
    const { whole } = value.template
    if (whole === null || whole.kind === '=') return undefined
    const path = this.#path(whole)
    if (!namesVariable(path)) return undefined
    void this.#at.variables.own
    const found = lookUp(this.#at, path, this.#budget)
    return typeof found === 'object' && found !== null ? found : undefined
  }

  value(compiled: CompiledValue): Json {
    switch (compiled.kind) {
      case 'literal':
        return this.#copies ? copyJson(compiled.value) : compiled.value
      case 'text': {
        const { whole, program } = compiled.template
        if (whole === null) return this.text(program)
        return this.#own(
          whole.kind === '='
            ? this.#evaluate(whole)
            : (this.#secret(whole, '') ?? lookUp(this.#at, this.#path(whole), this.#budget)),
        )
      }
      case 'list':
        return compiled.items.map((item) => this.value(item))
      case 'object':
        return this.#object(compiled.entries)
    }
  }

  /** A template as text. White space around a single tag is part of a key, but not of a value. */
  text(program: readonly Instruction[]): string {
    const { variablesBytes } = this.#at.run.context.limits
    const pending: string[] = []
    let text = ''
    for (const instruction of program) {
      if (typeof instruction === 'string') text += instruction
      else if (instruction === OPEN) {
        pending.push(text)
        text = ''
      } else if (instruction.kind === '=') text += this.#asText(this.#evaluate(instruction))
      else {
        const before = pending.pop() ?? ''
        const path = instruction.parts ?? tagPath(instruction.kind, text)
        text = before + this.#asText(this.#secret(instruction, before) ?? lookUp(this.#at, path, this.#budget))
      }
      if (text.length > variablesBytes) throw tooLong(variablesBytes)
    }
    return text
  }

  #evaluate({ parsed, written }: ExpressionTag): Json {
    if (parsed instanceof SyntaxMistake) return written
    this.#expressions ??= { scope: scopeOf(this.#at), work: new Work(this.#at.run.context.limits.valueBytes) }
    return toJson(evaluateExpression(parsed, this.#expressions.scope, this.#expressions.work))
  }

  /** The text of the secret that a tag names; only one that is written as it is does: what a tag made comes from data. */
  #secret({ parts }: TagEnd, before: string): string | null {
    const name = this.#secrets === null || parts === null ? null : secretIn(parts)
    if (name === null || this.#secrets === null) return null
    const text = this.#secrets(name)
    return this.inUrl ? inUrl(text, before) : text
  }

  #path(tag: WholeTag): readonly string[] {
    return tag.parts ?? tagPath(tag.kind, this.text(tag.path))
  }

  #object(entries: readonly CompiledEntry[]): JsonObject {
    const object: JsonObject = {}
    for (const { key, value } of entries) setOwn(object, this.key(key), this.value(value))
    return object
  }

  key(key: string | Template): string {
    return typeof key === 'string' ? key : this.text(key.program)
  }

  #asText(value: Json): string {
    if (typeof value === 'string') {
      this.#budget.spend(value.length)
      return value
    }
    measureJson(value, this.#budget)
    return JSON.stringify(value)
  }

  #own(value: Json): Json {
    if (this.#copies) return copyJson(value, this.#budget)
    measureJson(value, this.#budget)
    return value
  }
}

function tooLong(limit: number): ValueTooLarge {
  return new ValueTooLarge(`a text in the parameters of this step is longer than ${limit} characters`)
}
