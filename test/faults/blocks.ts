import { randomUUID } from 'node:crypto'
import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type BlockContext, defineBlock, Type } from 'conduit'

/** Tells, outside the database, that a step was begun: in the order in which all replicas began them. */
function note({ job, step }: BlockContext): string {
  const token = randomUUID()
  appendFileSync(process.env['FAULT_LOG'] ?? '', `${job.id} ${step.position} ${token} ${step.idempotencyKey}\n`)
  return token
}

export const effect = defineBlock({
  action: 'FAULT.EFFECT',
  description: 'Leaves a mark outside, takes some time, and gives the mark.',
  parameters: Type.Object({ milliseconds: Type.Integer({ default: 0 }) }),
  returns: Type.String(),
  run: async ({ milliseconds }, context) => {
    const token = note(context)
    await sleep(milliseconds)
    return token
  },
})

export const flaky = defineBlock({
  action: 'FAULT.FLAKY',
  description: 'Leaves a mark; fails the first times that it is begun, wherever that was.',
  parameters: Type.Object({ fails: Type.Integer() }),
  returns: Type.String(),
  run: ({ fails }, context) => {
    const token = note(context)
    const marks = readFileSync(process.env['FAULT_LOG'] ?? '', 'utf8').split('\n')
    if (marks.filter((line) => line.endsWith(` ${context.step.idempotencyKey}`)).length <= fails)
      throw new Error('flaky')
    return token
  },
})

export const gate = defineBlock({
  action: 'FAULT.GATE',
  description: 'Leaves a mark, and waits until the test has opened the gate: a file of this name beside the log.',
  parameters: Type.Object({ name: Type.String() }),
  returns: Type.String(),
  run: async ({ name }, context) => {
    const token = note(context)
    while (!existsSync(join(process.env['FAULT_DIR'] ?? '', name))) await sleep(20, null, { signal: context.signal })
    return token
  },
})

export const abort = defineBlock({
  action: 'FAULT.ABORT',
  description: 'Leaves a mark, and takes the process with it, as a native crash does.',
  parameters: Type.Object({}),
  returns: Type.Null(),
  run: (_, context) => {
    note(context)
    process.abort()
  },
})

export const hold = defineBlock({
  action: 'FAULT.HOLD',
  description: 'Leaves a mark, and holds the event loop.',
  parameters: Type.Object({ milliseconds: Type.Integer() }),
  returns: Type.String(),
  run: ({ milliseconds }, context) => {
    const token = note(context)
    for (const until = performance.now() + milliseconds; performance.now() < until; );
    return token
  },
})
