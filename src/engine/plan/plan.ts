import { type CheckFailure, checkSteps } from './checks.ts'
import type { Definition, StepDefinition } from '../definition.ts'
import { blockName, type BlockName, type RegisteredBlock, type Registry } from './registry.ts'
import { type CompiledEntry, type CompiledValue, compileEntries, compileValue } from '../tags/template.ts'

/** A step, ready to be run as often as wanted. */
export type PlannedStep = {
  readonly definition: StepDefinition
  readonly blockName: BlockName
  /** Undefined where no such block is registered here. */
  readonly block: RegisteredBlock | undefined
  /** What makes it fail without being run, as found when the job was accepted. */
  readonly failure: CheckFailure | null
  readonly condition: CompiledValue | null
  readonly parameters: readonly CompiledEntry[]
}

/** A definition with everything done once that need not be done again: checks, look-ups, parsing of tags. */
export type Plan = {
  readonly definition: Definition
  readonly steps: readonly PlannedStep[]
  /** The first step of each id. */
  readonly byId: ReadonlyMap<string, number>
  readonly output: CompiledValue | null
}

/**
 * Plans a job.
 *
 * @param failures the outcome of the checks when the job was accepted; left out, they are made now. What was said then
 *   holds for the job's whole life, whatever is registered by the replica that goes on with it.
 */
export function planJob(
  definition: Definition,
  registry: Registry,
  failures: readonly (CheckFailure | null)[] = checkSteps(definition, registry),
): Plan {
  const byId = new Map<string, number>()
  const steps = definition.steps.map((step, index): PlannedStep => {
    if (!byId.has(step.id)) byId.set(step.id, index)
    return {
      definition: step,
      blockName: blockName(step.action),
      block: registry.blocks.get(step.action),
      failure: failures[index] ?? null,
      condition: step.condition === null ? null : compileValue(step.condition),
      parameters: compileEntries(step.parameters),
    }
  })
  return {
    definition,
    steps,
    byId,
    output: definition.output === null ? null : compileValue(definition.output),
  }
}

/** The accepted steps behind a position whose block this process lacks: it can't go on with such a job. */
export function missingBlocks(plan: Plan, after: number): string[] {
  return plan.steps
    .slice(after)
    .filter((step) => step.failure === null && step.block === undefined)
    .map((step) => step.definition.action)
}
