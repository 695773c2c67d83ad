import type { Scope } from '../expressions/scope.ts'
import { Timestamp, type Value } from '../expressions/value.ts'
import { uuidOf } from '../values/uuid.ts'
import { stepView } from './lookup.ts'
import type { RunState } from './state.ts'

/** What expressions of the step in hand can name; once all steps are over, those of the output. */
export function scopeOf(run: RunState): Scope {
  return {
    lookup: (name) => lookUpName(run, name),
    step: (id) => {
      const index = run.plan.byId.get(id)
      return index === undefined ? null : stepView(run, index)
    },
    uuid: (name) => uuidOf(run.context.idempotencyKey(run.next + 1), name),
  }
}

function lookUpName(run: RunState, name: string): Value {
  switch (name) {
    case 'vars':
      return run.variables
    case 'locals':
      return run.plan.definition.localValues
    case 'job':
      return jobOf(run)
    case 'now':
      run.attemptAt ??= run.context.clock.now()
      return new Timestamp(run.attemptAt)
    default: {
      const index = run.plan.byId.get(name)
      return index === undefined ? null : (run.results[index]?.returnValue ?? null)
    }
  }
}

function jobOf({ context, startedAt }: RunState): Value {
  const { id, name, tags, metadata } = context.job
  return {
    id,
    name,
    metadata: { ...metadata },
    tags: [...tags],
    created_at: new Timestamp(context.createdAt),
    started_at: new Timestamp(startedAt),
    scheduled_for: null,
    parent: null,
  }
}
