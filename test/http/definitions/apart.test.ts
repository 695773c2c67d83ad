import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { STEPS_APART } from '../../../src/wire/byName.ts'
import { startConduit, type TestConduit } from '../../support/conduit.ts'

// The text of a definition stands once: its jobs say only what is their own. Whoever reads them sees no difference.

let service: TestConduit
let queueing: TestConduit
beforeAll(async () => {
  service = await startConduit()
  // Another replica, which has seen no definition yet.
  queueing = await startConduit({ settings: { DATABASE_URL: service.databaseUrl, LEASE_SECONDS: '5' } })
})
afterAll(async () => {
  await queueing[Symbol.asyncDispose]()
  await service[Symbol.asyncDispose]()
})

const content = {
  title: 'Twice',
  inputs: { type: 'object', properties: { n: { type: 'number' }, more: { type: 'number', default: 1 } } },
  tags: ['numbers'],
  variables: { kept: [] },
  metadata: { team: 'sums', day: 'monday' },
  steps: [
    { id: 'twice', action: 'MATH.MUL', parameters: { value1: '{< n >}', value2: 2 } },
    { id: 'sum', action: 'MATH.SUM', parameters: { value1: '{: twice :}', value2: '{< more >}' } },
    { id: 'keep', action: 'LISTS.APPEND', parameters: { list: '{# kept #}', item: '{: sum :}' } },
    { id: 'wait', action: 'FLOW.SLEEP', parameters: { for: '1100ms' }, if: '{= locals.n == 5 =}' },
  ],
  output: '{: sum :}',
}

async function rowOf(id: string): Promise<{ definition: string; bytes: number }> {
  const client = new pg.Client({ connectionString: service.databaseUrl })
  await client.connect()
  try {
    const { rows } = await client.query(
      'select definition::text as definition, pg_column_size(definition) as bytes from job where id = $1',
      [id],
    )
    return rows[0]
  } finally {
    await client.end()
  }
}

/** What of two jobs must be the same: everything but names, times and who made them. */
function comparable(body: Record<string, unknown>): unknown {
  const differing = (key: string): boolean =>
    key.endsWith('_at') || ['id', 'name', 'definition', 'timestamp'].includes(key)
  return JSON.parse(JSON.stringify(body), (key, value) => (differing(key) ? null : value))
}

test('a job by name is what the same job is with its steps, wherever it is read', async () => {
  await service.client.definitions.put('twice', content)
  const byName = await service.run({ definition: 'twice', local_values: { n: 4 }, metadata: { day: 'friday' } })
  const { inputs: _inputs, ...job } = content
  const inline = await service.run({
    ...job,
    local_values: { n: 4, more: 1 },
    metadata: { team: 'sums', day: 'friday' },
  })
  expect(byName).toMatchObject({ state: 'succeeded', output: 9, name: 'Twice', tags: ['numbers'] })
  for (const { request } of [service, queueing]) {
    for (const part of ['', '/steps', '/steps/sum', '/events', '/events?after=2']) {
      const [one, other] = await Promise.all([
        request('GET', `/v1/jobs/${byName.id}${part}`),
        request('GET', `/v1/jobs/${inline.id}${part}`),
      ])
      const ofOther = JSON.parse(JSON.stringify(other.body).replaceAll(inline.id, byName.id))
      expect({ part, body: comparable(one.body) }).toEqual({ part, body: comparable(ofOther) })
    }
  }
  const { definition, bytes } = await rowOf(byName.id)
  expect(JSON.parse(definition).steps).toEqual(STEPS_APART)
  expect(definition).not.toContain('LISTS.APPEND')
  expect(bytes).toBeLessThan((await rowOf(inline.id)).bytes)
})

test('a job that is run later, by a replica that knows nothing of it, keeps its version, also of a name that is gone', async () => {
  await service.client.definitions.put('later', content)
  const waiting = await service.client.jobs.submit({
    definition: 'later',
    local_values: { n: 5 },
    delay: '1s',
  })
  expect(waiting.state).toBe('scheduled')
  await service.client.definitions.put('later', { ...content, output: 'changed' })
  await service.client.definitions.delete('later')
  await service.conduit.close()
  const ended = await queueing.client.jobs.wait(waiting.id)
  expect(ended).toMatchObject({
    state: 'succeeded',
    output: 11,
    definition: { name: 'later', version: 1 },
    variables: { kept: [11] },
  })
  expect(ended.steps?.map(({ id }) => id)).toEqual(['twice', 'sum', 'keep', 'wait'])
  service = await startConduit({ settings: { DATABASE_URL: queueing.databaseUrl } })
})

test('a job that differs from its version has its text to itself, and so does each that runs it again', async () => {
  await service.client.definitions.put('changed', content)
  const first = await service.run({ definition: 'changed', local_values: { n: 1 } })
  const rerun = async (id: string, asked: object) => {
    const made = await service.client.jobs.rerun(id, asked)
    return service.client.jobs.wait(made.id)
  }
  const whole = await rerun(first.id, { local_values: { n: 2 } })
  expect(whole).toMatchObject({ output: 5, definition: { name: 'changed', version: 1 } })
  expect(JSON.parse((await rowOf(whole.id)).definition).steps).toEqual(STEPS_APART)
  const steps = { sum: { parameters: { value1: 100, value2: 1 } } }
  const other = await rerun(whole.id, { steps })
  expect(other).toMatchObject({ output: 101, definition: { name: 'changed', version: 1 } })
  expect(JSON.parse((await rowOf(other.id)).definition).steps).toHaveLength(4)
  expect(await rerun(other.id, {})).toMatchObject({ output: 101 })
  const from = await rerun(whole.id, { from: 'keep', variables: { kept: ['x'] } })
  expect(from).toMatchObject({ output: 5, variables: { kept: ['x', 5] } })
  const given = await service.client.jobs.definition(other.id)
  expect(given).toMatchObject({ definition: 'changed', version: 1, local_values: { n: 2 } })
})

test('jobs of one version do not touch each other by what they share', async () => {
  const steps = [
    { id: 'own', action: 'LISTS.APPEND', parameters: { list: '{# list #}', item: { b: [] } } },
    { id: 'literal', action: 'VARIABLE.SET', parameters: { name: 'made', value: [{ c: 1 }] } },
    { id: 'more', action: 'LISTS.APPEND', parameters: { list: '{# made #}', item: '{# list #}' } },
  ]
  await service.client.definitions.put('shared', { variables: { list: [{ a: [] }] }, steps })
  const ran = await Promise.all(Array.from({ length: 8 }, () => service.run({ definition: 'shared' })))
  for (const { state, variables } of ran) {
    expect(state).toBe('succeeded')
    expect(variables).toEqual({ list: [{ a: [] }, { b: [] }], made: [{ c: 1 }, [{ a: [] }, { b: [] }]] })
  }
})
