import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Jobs } from '../../src/compose/jobs.ts'
import { startConduit, type TestConduit } from '../support/conduit.ts'
import { overHttp } from './doors.ts'

const SUM = { steps: [{ action: 'MATH.SUM', id: 'sum', parameters: { value1: 20, value2: 22 } }], output: '{: sum :}' }
const SLEEP = { steps: [{ action: 'TIME.SLEEP', id: 'nap', parameters: { seconds: 60 } }] }

let service: TestConduit
beforeAll(async () => {
  service = await startConduit()
})
afterAll(() => service[Symbol.asyncDispose]())

const DOORS: [string, (service: TestConduit) => Jobs][] = [
  ['HTTP', overHttp],
  ['the program', ({ conduit }) => conduit.jobs],
]

describe.each(DOORS)('jobs through %s', (door, open) => {
  const id = (name: string): string => `${name}-${door.replace(' ', '-')}`
  let jobs: Jobs
  beforeAll(() => {
    jobs = open(service)
  })

  test('a job is accepted, waited for, and read with its steps', async () => {
    const job = await jobs.submit({ id: id('sum'), ...SUM }, { wait: 20 })
    expect([job.state, job.output]).toEqual(['succeeded', 42])
    const read = await jobs.get(id('sum'))
    expect(read.steps?.map(({ id: step, status }) => [step, status.name])).toEqual([['sum', 'DONE']])
    expect((await jobs.get(id('sum'), { steps: false })).steps).toBeUndefined()
  })

  test('a taken id, and one that is nobody’s, are told apart by their problems', async () => {
    await jobs.submit({ id: id('twice'), ...SUM }, { wait: 20 })
    await expect(jobs.submit({ id: id('twice'), ...SUM })).rejects.toMatchObject({ slug: 'job-exists' })
    await expect(jobs.get(id('nobody'))).rejects.toMatchObject({ slug: 'not-found' })
  })

  test('a definition that does not fit is refused with pointers', async () => {
    const refused = jobs.submit({ steps: [{ action: 5 }] })
    await expect(refused).rejects.toMatchObject({
      slug: 'invalid-definition',
      errors: [{ pointer: '/steps/0/action' }],
    })
  })

  test('the same key gives the same job, and another definition under it is a conflict', async () => {
    const options = { idempotencyKey: id('key'), wait: 20 }
    const first = await jobs.submit(SUM, options)
    expect((await jobs.submit({ output: SUM.output, steps: SUM.steps }, options)).id).toBe(first.id)
    await expect(jobs.submit(SLEEP, options)).rejects.toMatchObject({ slug: 'idempotency-conflict' })
    await expect(jobs.submit(SUM, { idempotencyKey: 'two words' })).rejects.toMatchObject({ slug: 'malformed-request' })
  })

  test('lists filter by state, name, tag and metadata, and go on behind a cursor', async () => {
    const labels = { name: id('listed'), tags: ['listed'], metadata: { door: id('door') }, ...SUM }
    for (const n of [1, 2, 3]) await jobs.submit({ id: id(`listed-${n}`), ...labels }, { wait: 20 })
    const filters = { state: 'succeeded', name: id('listed'), tag: 'listed', metadata: { door: id('door') } } as const
    const page = await jobs.list({ ...filters, limit: 2 })
    expect(page.data.map((job) => job.id)).toEqual([id('listed-3'), id('listed-2')])
    const rest = await jobs.list({ ...filters, limit: 2, cursor: page.next_cursor ?? '' })
    expect(rest.data.map((job) => job.id)).toEqual([id('listed-1')])
    await expect(jobs.list({ cursor: 'x' })).rejects.toMatchObject({ slug: 'malformed-request' })
  })

  test('a running job is cancelled, and what is over can only be deleted', async () => {
    await jobs.submit({ id: id('slow'), ...SLEEP })
    await expect(jobs.remove(id('slow'))).rejects.toMatchObject({ slug: 'job-not-finished' })
    expect((await jobs.cancel(id('slow'))).state).toBe('cancelled')
    await jobs.submit({ id: id('quick'), ...SUM }, { wait: 20 })
    await expect(jobs.cancel(id('quick'))).rejects.toMatchObject({ slug: 'job-finished' })
    await jobs.remove(id('quick'))
    await expect(jobs.get(id('quick'))).rejects.toMatchObject({ slug: 'not-found' })
  })

  test('events come in order, past ones first, to the end', async () => {
    const steps = [...SUM.steps, { action: 'TIME.SLEEP', id: 'nap', parameters: { seconds: 0.05 } }]
    await jobs.submit({ id: id('told'), steps })
    const events = await Array.fromAsync(jobs.events(id('told')))
    expect(events.map(({ seq, type }) => [seq, type])).toEqual([
      [1, 'step.updated'],
      [2, 'step.updated'],
      [3, 'job.finished'],
    ])
    const rest = await Array.fromAsync(jobs.events(id('told'), { after: 2 }))
    expect(rest.map(({ type }) => type)).toEqual(['job.finished'])
  })

  test('a definition is checked, and nothing is stored', async () => {
    const steps = [{ id: 'a', action: 'NO.SUCH' }]
    const { valid, steps: checked } = await jobs.validate({ id: id('checked'), steps })
    expect([valid, checked[0]?.status.name]).toEqual([false, 'BLOCK_NOT_FOUND'])
    await expect(jobs.get(id('checked'))).rejects.toMatchObject({ slug: 'not-found' })
  })
})

describe('the program that holds the service', () => {
  test('asks for a tenant, sees only its jobs, and gives them only the tags it names', async () => {
    const { jobs } = service.conduit
    const acme = { tenant: 'acme', tags: ['gold'] }
    await jobs.submit({ id: 'of-acme', tags: ['gold'], ...SUM }, { ...acme, wait: 20 })
    expect((await jobs.list({}, acme)).data.map(({ id }) => id)).toEqual(['of-acme'])
    await expect(jobs.get('of-acme')).rejects.toMatchObject({ slug: 'not-found' })
    const refused = jobs.submit({ tags: ['silver'], ...SUM }, acme)
    await expect(refused).rejects.toMatchObject({ slug: 'forbidden' })
  })

  test.each([
    ['jobs', { status: 'failed' }, /no filter status; did you mean state\?/],
    ['jobs', { created_by: 'key' }, /no filter created_by; did you mean createdBy\?/],
    ['definitions', { namePrefix: 'a' }, /no filter namePrefix; did you mean name_prefix\?/],
    ['schedules', { state: 'x' }, /no filter state; this takes limit, cursor/],
    ['questions', { job: 'x' }, /no filter job/],
    ['secrets', { name: 'x' }, /no filter name/],
  ] as const)(
    'is told of %s that %j is no filter, and gets no list of everything',
    async (noun, filter: object, message) => {
      const listed = service.conduit[noun].list(filter)
      await expect(listed).rejects.toMatchObject({ slug: 'malformed-request', message: expect.stringMatching(message) })
    },
  )

  test('is refused what JSON can’t hold', async () => {
    const circle: { steps: unknown[] } = { steps: [] }
    circle.steps.push(circle)
    const refused = service.conduit.jobs.submit(circle)
    await expect(refused).rejects.toMatchObject({ slug: 'invalid-definition' })
  })

  test('stops watching when its signal aborts', async () => {
    const { jobs } = service.conduit
    await jobs.submit({ id: 'watched', ...SLEEP })
    const controller = new AbortController()
    const watching = Array.fromAsync(jobs.events('watched', { signal: controller.signal }))
    controller.abort()
    expect(await watching).toEqual([])
    await jobs.cancel('watched')
  })
})

test('who watches is let go when the service closes', async () => {
  await using closing = await startConduit()
  const { jobs } = closing.conduit
  await jobs.submit({ id: 'open', ...SLEEP })
  const watching = Array.fromAsync(jobs.events('open'))
  await closing.conduit.close()
  expect((await watching).at(-1)?.type).not.toBe('job.finished')
})
