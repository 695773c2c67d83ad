import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { standardBlocks } from '../../src/blocks/standard.ts'
import { createRegistry } from '../../src/engine/registry.ts'
import { parseTemplate } from '../../src/engine/tags/tags.ts'
import { runJob } from '../../src/compose/runJob.ts'
import { ProblemError } from '../../src/wire/problem.ts'
import { fuzzing } from '../support/fuzzing.ts'
import { anyJson, nearlyValid } from './definitions.ts'

const registry = createRegistry(standardBlocks)

/** Runs a definition; a step that waits is cut off soon. Gives null where it is refused as no valid definition. */
async function run(definition: unknown) {
  try {
    const limits = { stepTimeoutMs: 20, jobTimeoutMs: 200 }
    // As the wire has it: what JSON can't hold never reaches a job.
    return await runJob(JSON.parse(JSON.stringify(definition) ?? 'null'), { blocks: registry, limits })
  } catch (error) {
    if (error instanceof ProblemError && error.slug === 'invalid-definition' && error.errors.length > 0) return null
    throw error
  }
}

describe('any JSON definition whatsoever', () => {
  test('that is nearly valid ends in a finished job, or is refused with a pointer', async () => {
    let finished = 0
    await fc.assert(
      fc.asyncProperty(nearlyValid, async (definition) => {
        const job = await run(definition)
        if (job === null) return
        finished++
        expect(job.state).toMatch(/^(succeeded|failed)$/)
        expect(job.success).toBe(job.state === 'succeeded')
        for (const { status } of job.steps ?? []) expect(status.value).toBeGreaterThanOrEqual(0)
        expect(JSON.parse(JSON.stringify(job))).toEqual(job)
      }),
      fuzzing(300),
    )
    expect(finished).toBeGreaterThan(10)
  })

  test('that is anything at all is refused with a pointer, or ends', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(anyJson, fc.record({ steps: anyJson })), async (definition) => {
        await run(definition)
      }),
      fuzzing(300),
    )
  })

  test('runs to the same end twice', async () => {
    const steady = nearlyValid.filter((definition) => !/RANDOM|TIME/i.test(JSON.stringify(definition)))
    await fc.assert(
      fc.asyncProperty(steady, async (definition) => {
        const [one, other] = [await run(definition), await run(definition)]
        const ends = (job: typeof one) => job?.steps?.map(({ status, return_value }) => [status, return_value])
        expect(ends(one)).toEqual(ends(other))
        expect(one?.variables).toEqual(other?.variables)
      }),
      fuzzing(100),
    )
  })
})

describe('the parser of tags', () => {
  /** Processor time of this thread, which other load on the machine does not lengthen. */
  function cost(text: string): number {
    const before = process.threadCpuUsage()
    parseTemplate(text)
    const { user, system } = process.threadCpuUsage(before)
    return (user + system) / 1000
  }

  test.each([
    ['opened and never closed', '{# '],
    ['closed and never opened', ' #}'],
    ['opened and interrupted', '{#  '],
    ['empty', '{#  #} '],
    ['whole', '{# a #}'],
    ['of the wrong kind', '{# a %}'],
    ['of braces alone', '{'],
  ])('takes linear time for a megabyte of tags that are %s', (_, unit) => {
    expect(cost(unit.repeat(1_000_000 / unit.length))).toBeLessThan(2000)
  })

  test('takes linear time for tags that are nested a hundred thousand deep', () => {
    expect(cost(`${'{# '.repeat(150_000)}a${' #}'.repeat(150_000)}`)).toBeLessThan(2000)
  })
})
