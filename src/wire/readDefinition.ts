import type { BranchDefinition, CatchDefinition, Definition, StepDefinition, StepMore } from '../engine/definition.ts'
import { actionOf } from '../engine/plan/registeredBlock.ts'
import { readRetry } from '../engine/plan/retryRules.ts'
import { durationOf } from '../engine/values/duration.ts'
import type { Json, JsonObject } from '../engine/values/json.ts'
import type { BranchInput, CatchInput, JobInput, StepInput } from './definition.ts'
import { originOf } from './origin.ts'

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
    variables: (input.variables ?? {}) as JsonObject,
    localValues: (input.local_values ?? {}) as JsonObject,
    metadata: input.metadata ?? {},
    stepLimit: input.step_limit ?? null,
    blockLimitOverrides: input.block_limit_overrides ?? {},
    output: (input.output ?? null) as Json,
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
    parameters: (step.parameters ?? {}) as JsonObject,
    forced: step.forced ?? false,
    condition: (step.if ?? null) as Json,
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
    until: (step.until ?? null) as Json,
    output: step.output as Json | undefined,
  }
}

function readCatch(caught: CatchInput): CatchDefinition {
  return {
    on: caught.on ?? null,
    condition: (caught.if ?? null) as Json,
    steps: (caught.steps ?? []).map(readStep),
    output: caught.output as Json | undefined,
  }
}

function readBranch(branch: BranchInput, index: number): BranchDefinition {
  return {
    id: branch.id ?? String(index + 1),
    condition: branch.if as Json | undefined,
    steps: (branch.steps ?? []).map(readStep),
    output: branch.output as Json | undefined,
  }
}

function readDuration(value: string | number | null | undefined): number | null {
  return value == null ? null : durationOf(value)
}
