import type { BranchDefinition, CatchDefinition, Definition, StepDefinition, StepMore } from '../engine/definition.ts'
import { actionOf } from '../engine/registeredBlock.ts'
import { readRetry } from '../engine/retryRules.ts'
import { durationOf } from '../engine/values/duration.ts'
import type { BranchInput, CatchInput, JobInput, StepInput } from './definition.ts'
import { originOf } from './origin.ts'
import type { JsonObject } from '../engine/values/json.ts'

/** The definition of a job's text, which was checked when it was posted. */
export function readStored(stored: JsonObject): Definition {
  if (!isWritten(stored)) throw new TypeError('the text of a job has no steps')
  return readDefinition(stored)
}

function isWritten(stored: object): stored is JobInput {
  return 'steps' in stored && Array.isArray(stored.steps)
}

/** A definition that was checked before, with its defaults filled in: what is stored is what was posted. */
export function readDefinition(input: JobInput): Definition {
  const { definition, schedule = null, parent = null, rerun } = originOf(input)
  return {
    of: definition === null ? null : { name: definition.name, version: definition.version },
    schedule,
    parent,
    rerunOf: rerun?.of ?? null,
    name: input.name ?? null,
    title: input.title ?? null,
    description: input.description ?? null,
    tags: input.tags ?? [],
    variables: input.variables ?? {},
    localValues: input.local_values ?? {},
    metadata: input.metadata ?? {},
    stepLimit: input.step_limit ?? null,
    blockLimitOverrides: input.block_limit_overrides ?? {},
    output: input.output ?? null,
    timeoutMs: readDuration(input.timeout),
    steps: input.steps.map(readStep),
    onFailure: input.on_failure === undefined || input.on_failure.length === 0 ? null : input.on_failure.map(readStep),
  }
}

function readStep(step: StepInput, index: number): StepDefinition {
  return {
    id: step.id ?? String(index + 1),
    position: index + 1,
    action: step.action === undefined ? 'FLOW.DO' : actionOf(step.action),
    parameters: step.parameters ?? {},
    forced: step.forced ?? false,
    condition: step.if ?? null,
    more: isPlain(step) ? null : readMore(step),
  }
}

const PLAIN: ReadonlySet<string> = new Set(['action', 'id', 'parameters', 'forced', 'if'])

function isPlain(step: StepInput): boolean {
  for (const key in step) if (!PLAIN.has(key)) return false
  return true
}

function readMore(step: StepInput): StepMore {
  const { catch: caught, undo, retry } = step
  return {
    title: step.title ?? null,
    description: step.description ?? null,
    timeoutMs: readDuration(step.timeout),
    retry: retry == null ? retry : readRetry(retry),
    catches: (caught === undefined ? [] : Array.isArray(caught) ? caught : [caught]).map(readCatch),
    undo: undo === undefined || undo.length === 0 ? null : undo.map(readStep),
    steps: step.steps?.map(readStep) ?? null,
    branches: step.branches?.map(readBranch) ?? null,
    until: step.until ?? null,
    output: step.output,
  }
}

function readCatch(caught: CatchInput): CatchDefinition {
  return {
    on: caught.on ?? null,
    condition: caught.if ?? null,
    steps: (caught.steps ?? []).map(readStep),
    output: caught.output,
  }
}

function readBranch(branch: BranchInput, index: number): BranchDefinition {
  return {
    id: branch.id ?? String(index + 1),
    condition: branch.if ?? undefined,
    steps: (branch.steps ?? []).map(readStep),
    output: branch.output,
  }
}

function readDuration(value: string | number | null | undefined): number | null {
  return value == null ? null : durationOf(value)
}
