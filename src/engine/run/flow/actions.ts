import type { FlowAction } from '../flowAction.ts'
import { ask } from './ask.ts'
import { choose } from './choose.ts'
import { doSteps } from './do.ts'
import { each } from './each.ts'
import { end } from './end.ts'
import { fail } from './fail.ts'
import { job } from './job.ts'
import { parallel } from './parallel.ts'
import { repeat } from './repeat.ts'
import { set } from './set.ts'
import { signal } from './signal.ts'
import { sleep } from './sleep.ts'

/** The engine's own actions, by name. */
export const FLOW_ACTIONS: ReadonlyMap<string, FlowAction> = new Map(
  [doSteps, choose, each, repeat, parallel, job, sleep, signal, ask, set, fail, end].map((action) => [
    action.action,
    action,
  ]),
)
