import type { FlowAction } from '../run/flow.ts'
import { choose } from './choose.ts'
import { doSteps } from './do.ts'
import { each } from './each.ts'
import { end } from './end.ts'
import { fail } from './fail.ts'
import { parallel } from './parallel.ts'
import { repeat } from './repeat.ts'
import { set } from './set.ts'
import { sleep } from './sleep.ts'

/** The engine's own actions, by name. */
export const FLOW_ACTIONS: ReadonlyMap<string, FlowAction> = new Map(
  [doSteps, choose, each, repeat, parallel, sleep, set, fail, end].map((action) => [action.action, action]),
)
