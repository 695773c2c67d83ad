import type { BranchDefinition, Definition, StepDefinition, StepMore } from '../definition.ts'
import { type CompiledEntry, type CompiledValue, compileEntries, compileValue } from '../tags/template.ts'
import type { Json, JsonObject } from '../values/json.ts'
import { type CheckFailure, checkSteps, limitOf } from './checks.ts'
import { secretsIn } from '../secrets/uses.ts'
import { blockName, type RegisteredBlock, type Registry } from '../registeredBlock.ts'
import type { FlowPlan, SequencePlan, StepPlan } from './tree.ts'

/** A definition with everything done once that need not be done again: checks, look-ups, parsing of tags. */
export type Plan = {
  readonly definition: Definition
  /** The action of each step, in document order: as their `written` in entries counts them. */
  readonly actions: readonly string[]
  readonly top: SequencePlan
  readonly onFailure: SequencePlan | null
  readonly output: CompiledValue | null
  /** What makes steps fail without being run, in document order; null for each that may run. */
  readonly failures: readonly (CheckFailure | null)[]
  /** How often each block is written, where rounds may use one again; null: there are none. */
  readonly uses: ReadonlyMap<string, number> | null
}

/**
 * Plans a job.
 *
 * @param failures the outcome of the checks when the job was accepted, in document order; left out, they are made now.
 *   What was said then holds for the job's whole life, whatever is registered by the replica that goes on with it.
 */
export function planJob(
  definition: Definition,
  registry: Registry,
  failures: readonly (CheckFailure | null)[] = checkSteps(definition, registry),
): Plan {
  const planner = new Planner(definition, registry, failures)
  const top = planner.sequence(definition.steps)
  return {
    definition,
    actions: planner.actions,
    top,
    onFailure: definition.onFailure === null ? null : planner.sequence(definition.onFailure),
    output: definition.output === null ? null : compileValue(definition.output),
    failures,
    uses: planner.loops ? planner.uses : null,
  }
}

const NOTHING: readonly StepPlan[] = []

/** Whether a step has nothing beside the call of a block but what is for people. */
function isForPeople({ timeoutMs, retry, catches, undo, steps, branches }: StepMore): boolean {
  const acts = timeoutMs !== null || (retry ?? null) !== null || catches.length > 0
  return !acts && undo === null && steps === null && branches === null
}

/** Walks a definition in document order. */
class Planner {
  readonly #definition: Definition
  readonly #registry: Registry
  readonly #failures: readonly (CheckFailure | null)[]
  readonly actions: string[] = []
  readonly uses = new Map<string, number>()
  /** Blocks with a limit of uses stand where they may be used more often than they are written. */
  loops = false

  constructor(definition: Definition, registry: Registry, failures: readonly (CheckFailure | null)[]) {
    this.#definition = definition
    this.#registry = registry
    this.#failures = failures
  }

  sequence(definitions: readonly StepDefinition[], output?: Json): SequencePlan {
    const byId = new Map<string, number>()
    let counted: StepPlan[] | null = null
    let undoes = false
    const steps = definitions.map((definition, index): StepPlan => {
      if (!byId.has(definition.id)) byId.set(definition.id, index)
      const step = this.#step(definition)
      const { flow } = step
      if (step.maxUses !== null) counted = [...(counted ?? []), step]
      if (flow !== null) {
        for (const below of sequencesIn(flow)) {
          if (below.counted.length > 0) counted = [...(counted ?? []), ...below.counted]
          undoes ||= below.undoes
        }
        undoes ||= flow.undo !== null
      }
      return step
    })
    return {
      steps,
      byId,
      output: output === undefined ? null : compileValue(output),
      counted: counted ?? NOTHING,
      undoes,
    }
  }

  #step(definition: StepDefinition): StepPlan {
    const { action, condition, parameters, more } = definition
    const written = this.actions.push(action) - 1
    const failure = this.#failures[written] ?? null
    const block = this.#registry.blocks.get(action)
    const name = blockName(action)
    const maxUses = block === undefined ? null : limitOf(action, block, this.#definition)
    if (maxUses !== null) this.uses.set(action, (this.uses.get(action) ?? 0) + 1)
    const isFlow = name.category === 'FLOW' || (block?.retry ?? null) !== null || (more !== null && !isForPeople(more))
    return {
      written,
      definition,
      blockName: name,
      block,
      failure,
      condition: condition === null ? null : compileValue(condition),
      parameters: block?.asWritten == null ? compileEntries(parameters) : compileBut(parameters, block.asWritten),
      secrets: failure === null ? secretsOf(parameters, block) : null,
      maxUses,
      flow: isFlow ? this.#flow(definition, more ?? PLAIN, block?.retry ?? []) : null,
    }
  }

  #flow({ action }: StepDefinition, more: StepMore, defaultRetry: FlowPlan['retry']): FlowPlan {
    const { timeoutMs, retry, catches, undo, steps, branches, until, output } = more
    // Where what is below is one sequence, or each round is, it is that which has the output.
    const isRound = action === 'FLOW.EACH' || action === 'FLOW.DO'
    const below = steps === null ? null : this.sequence(steps, isRound ? output : undefined)
    if (below !== null && below.counted.length > 0) this.loops = true
    return {
      timeoutMs,
      retry: retry === undefined ? defaultRetry : (retry ?? []),
      steps: below,
      branches: (branches ?? []).map((branch) => ({
        id: branch.id,
        condition: branch.condition === undefined ? null : compileValue(branch.condition),
        sequence: this.sequence(branch.steps, branch.output),
      })),
      catches: catches.map((one) => ({
        on: one.on,
        condition: one.condition === null ? null : compileValue(one.condition),
        sequence: this.sequence(one.steps, one.output),
      })),
      undo: undo === null ? null : this.sequence(undo),
      until: until === null ? null : compileValue(until),
      output: output === undefined || isRound ? null : compileValue(output),
      named: branches === null || output === undefined ? NAMELESS : namesOf(branches),
    }
  }
}

/** The secrets that a step names, where its block takes any. */
function secretsOf(parameters: JsonObject, block: RegisteredBlock | undefined): readonly string[] | null {
  if (block === undefined || block.secretParameters.length + block.secretUrls.length === 0) return null
  const names = secretsIn(parameters)
  return names.length === 0 ? null : names
}

/** Parameters of which one is taken as it is written. */
function compileBut(parameters: JsonObject, asWritten: string): CompiledEntry[] {
  return compileEntries(parameters).map((entry) =>
    entry.key === asWritten
      ? { key: asWritten, value: { kind: 'literal', value: parameters[asWritten] ?? null } }
      : entry,
  )
}

const PLAIN: StepMore = {
  title: null,
  description: null,
  timeoutMs: null,
  retry: undefined,
  catches: [],
  undo: null,
  steps: null,
  branches: null,
  until: null,
  output: undefined,
}

function sequencesIn({ steps, branches, catches, undo }: FlowPlan): SequencePlan[] {
  return [
    ...(steps === null ? [] : [steps]),
    ...branches.map((branch) => branch.sequence),
    ...catches.map((one) => one.sequence),
    ...(undo === null ? [] : [undo]),
  ]
}

const NAMELESS: SequencePlan = { steps: [], byId: new Map(), output: null, counted: [], undoes: false }

function namesOf(branches: readonly BranchDefinition[]): SequencePlan {
  const steps = branches.map(({ id }, index): StepPlan => {
    const definition = {
      id,
      position: index + 1,
      action: '',
      parameters: {},
      forced: false,
      condition: null,
      more: null,
    }
    return {
      written: -1,
      definition,
      blockName: { category: null, name: '' },
      block: undefined,
      failure: null,
      condition: null,
      parameters: [],
      secrets: null,
      maxUses: null,
      flow: null,
    }
  })
  return { ...NAMELESS, steps, byId: new Map(branches.map(({ id }, index) => [id, index])) }
}

/** The accepted steps from a place in the job's own sequence on whose block this process lacks. */
export function missingBlocks(plan: Plan, from: number): string[] {
  const missing: string[] = []
  const visit = (steps: readonly StepPlan[]): void => {
    for (const { failure, block, definition, flow } of steps) {
      if (failure === null && block === undefined) missing.push(definition.action)
      if (flow !== null) for (const below of sequencesIn(flow)) visit(below.steps)
    }
  }
  visit(plan.top.steps.slice(from))
  if (plan.onFailure !== null) visit(plan.onFailure.steps)
  return missing
}
