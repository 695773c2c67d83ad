import type { ExpressionScope } from '../expressions/scope.ts'
import { Timestamp, type Value } from '../expressions/value.ts'
import { uuidOf } from '../values/uuid.ts'
import { findStep, localValuesOf, resultOf, stepView } from './lookup.ts'
import { pathIn } from './open.ts'
import { failureInReach, hasFailure, roundOf, waitInReach } from './reach.ts'
import type { RunState, Sequence } from './state.ts'

/** What expressions can name at a place: at the step that its sequence has come to, or where that is over. */
export function scopeOf(at: Sequence): ExpressionScope {
  return {
    lookup: (name) => lookUpName(at, name),
    step: (id) => {
      const seen = findStep(at, id)
      return seen === null ? null : stepView(seen)
    },
    uuid: (name) => uuidOf(keyOf(at), name),
  }
}

/** What only this job and this step have. */
function keyOf(at: Sequence): string {
  const step = at.plan.steps[at.next]
  const path = step === undefined ? at.path : pathIn(at, step.definition.id)
  return at.run.context.idempotencyKey(path, at.next + 1)
}

function lookUpName(at: Sequence, name: string): Value {
  const { run } = at
  switch (name) {
    case 'vars':
      return at.variables.value
    case 'locals':
      return localValuesOf(run)
    case 'job':
      return jobOf(run)
    case 'now':
      run.now ??= run.context.clock.now()
      return new Timestamp(run.now)
    case 'item':
    case 'index':
    case 'last':
      return rootOr(roundOf(at, name)?.[name], at, name)
    case 'wait':
      return waitInReach(at) ?? stepNamed(at, name)
    case 'failure':
      return hasFailure(at) ? failureInReach(at) : stepNamed(at, name)
    default:
      return stepNamed(at, name)
  }
}

/** A root that is in reach wins over a step of its name, also where it is null. */
function rootOr(root: Value | undefined, at: Sequence, name: string): Value {
  return root === undefined ? stepNamed(at, name) : root
}

function stepNamed(at: Sequence, name: string): Value {
  const seen = findStep(at, name)
  return seen === null ? null : resultOf(seen).returnValue
}

function jobOf({ context, startedAt, plan }: RunState): Value {
  const { parent } = plan.definition
  const { id, name, tags, metadata } = context.job
  return {
    id,
    name,
    metadata: { ...metadata },
    tags: [...tags],
    created_at: new Timestamp(context.createdAt),
    started_at: new Timestamp(startedAt),
    scheduled_for: context.scheduledFor == null ? null : new Timestamp(context.scheduledFor),
    parent: parent === null ? null : { job_id: parent.jobId, step: parent.step },
  }
}
