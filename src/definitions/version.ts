import type { Definition } from '../engine/definition.ts'
import { type CheckFailure, checkSteps } from '../engine/plan/checks.ts'
import { type Plan, planJob } from '../engine/plan/plan.ts'
import type { Registry } from '../engine/registeredBlock.ts'
import { ClientSchema } from '../engine/schemas/clientSchema.ts'
import { secretsNamed } from '../engine/secrets/uses.ts'
import type { KnownSecrets } from '../engine/secrets/given.ts'
import type { StoredDefinition } from '../store/definitions/read.ts'
import { type NamedContent, readNamedContent } from '../wire/namedDefinition.ts'
import { type DefinitionRules, parseJob } from '../wire/parseDefinition.ts'
import { readStored } from '../wire/readDefinition.ts'
import { parseObject } from '../engine/values/parseJson.ts'

/** A version of a definition that is kept here, with everything done once that its jobs have in common. It never changes. */
export class Version {
  readonly name: string
  readonly version: number
  readonly named: NamedContent
  /** Holds local values against `inputs`; null: it has none. */
  readonly inputs: ClientSchema | null
  #read: Definition | null = null
  #secrets: ReadonlySet<string> | null = null
  #isRight = false
  #checks: readonly (CheckFailure | null)[] | null = null
  #plan: Plan | null = null

  constructor({ name, version, content }: StoredDefinition) {
    this.name = name
    this.version = version
    this.named = readNamedContent(name, parseObject(content)).named
    this.inputs = this.named.inputs === null ? null : new ClientSchema(this.named.inputs)
  }

  /** What all of its jobs are. */
  get definition(): Definition {
    this.#read ??= readStored(this.named.job)
    return this.#read
  }

  /** The secrets that it names. */
  get secrets(): ReadonlySet<string> {
    this.#secrets ??= secretsNamed(this.definition)
    return this.#secrets
  }

  /** Throws `invalid-definition` where a job can't be made of it any more: rules are the operator's, and change. */
  check(rules: DefinitionRules): void {
    if (!this.#isRight) parseJob(this.named.job, rules)
    this.#isRight = true
  }

  /** What makes steps fail without being run. @param secrets those that are there; null: it names none */
  checks(registry: Registry, secrets: KnownSecrets | null): readonly (CheckFailure | null)[] {
    if (secrets !== null) return checkSteps(this.definition, registry, secrets)
    this.#checks ??= checkSteps(this.definition, registry)
    return this.#checks
  }

  /** The plan of a job of it. It is made once for all whose steps may run; one registry plans all jobs of a process. */
  plan(definition: Definition, registry: Registry, failures: readonly (CheckFailure | null)[]): Plan {
    if (failures.some((failure) => failure !== null)) return planJob(definition, registry, failures)
    this.#plan ??= planJob(this.definition, registry, [])
    return { ...this.#plan, definition }
  }
}
