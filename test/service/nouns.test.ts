import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Conduit } from '../../src/compose/conduit.ts'
import { startConduit, type TestConduit } from '../support/conduit.ts'
import { nounsOverHttp } from './doors.ts'

let service: TestConduit
beforeAll(async () => {
  service = await startConduit({ settings: { SECRETS_KEY: 'k'.repeat(32) } })
})
afterAll(() => service[Symbol.asyncDispose]())

type Nouns = Pick<Conduit, 'definitions' | 'schedules' | 'secrets'>
const DOORS: [string, (service: TestConduit) => Nouns][] = [
  ['HTTP', nounsOverHttp],
  ['the program', ({ conduit }) => conduit],
]
const sum = { id: 'sum', action: 'MATH.SUM', parameters: { value1: 20, value2: 22 } }

describe.each(DOORS)('through %s', (door, open) => {
  const called = (name: string): string => `${name}-${door.replace(' ', '-').toLowerCase()}`
  let nouns: Nouns
  beforeAll(() => {
    nouns = open(service)
  })

  test('a definition is written, guarded, listed, tested and removed', async () => {
    const { definitions } = nouns
    const name = called('sum')
    const tests = [{ name: 'adds', expect: { success: true, output: 42 } }]
    const content = { steps: [sum], output: '{: sum :}', tests }
    expect(await definitions.put(name, content)).toMatchObject({ name, version: 1 })
    expect(await definitions.put(name, content)).toMatchObject({ version: 1 })
    expect(await definitions.put(name, { ...content, title: 'A sum' }, { ifMatch: 1 })).toMatchObject({ version: 2 })
    const late = definitions.put(name, content, { ifMatch: 1 })
    await expect(late).rejects.toMatchObject({ slug: 'precondition-failed' })
    expect(await definitions.get(name)).toMatchObject({ version: 2, title: 'A sum', output: '{: sum :}' })
    expect((await definitions.get(name, { version: 1 }))['title' as never]).toBeUndefined()
    expect((await definitions.list({ name_prefix: name })).data).toHaveLength(1)
    expect((await definitions.versions(name)).data.map(({ version }) => version)).toEqual([2, 1])
    expect(await definitions.test(name)).toEqual({
      success: true,
      tests: [{ name: 'adds', success: true, problems: [] }],
    })
    await definitions.remove(name)
    await expect(definitions.get(name)).rejects.toMatchObject({ slug: 'not-found' })
  })

  test('what validate calls an error is refused, and told with its pointer', async () => {
    const { definitions } = nouns
    const wrong = { steps: [{ ...sum, parameters: { value1: 'x', value2: 1 } }] }
    const told = await definitions.validate(called('wrong'), wrong)
    expect([told.valid, told.problems.map(({ pointer }) => pointer)]).toEqual([false, ['/steps/0/parameters/value1']])
    const refused = definitions.put(called('wrong'), wrong)
    await expect(refused).rejects.toMatchObject({ errors: [{ pointer: '/steps/0/parameters/value1' }] })
    const named = await definitions.validate(called('wrong'), { steps: [sum], id: 'x' })
    expect([named.valid, named.problems[0]?.pointer]).toEqual([false, '/id'])
  })

  test('a schedule is written, paused, triggered, filled back and removed', async () => {
    const { schedules } = nouns
    const name = called('daily')
    expect(await schedules.put(name, { cron: '@daily', job: { steps: [sum] } })).toMatchObject({ name })
    expect((await schedules.get(name)).upcoming).toHaveLength(5)
    expect((await schedules.list()).data.map((one) => one.name)).toContain(name)
    expect(await schedules.change(name, { enabled: false })).toMatchObject({ enabled: false, next_run_at: null })
    expect((await schedules.trigger(name)).schedule).toBe(name)
    const range = { from: '2026-01-01T00:00:00Z', to: '2026-01-03T00:00:00Z', dry_run: true }
    expect((await schedules.backfill(name, range)).count).toBe(2)
    await schedules.remove(name)
    await expect(schedules.get(name)).rejects.toMatchObject({ slug: 'not-found' })
  })

  test('a secret is written and listed, and its value never comes back', async () => {
    const { secrets } = nouns
    const name = called('KEY').replaceAll('-', '_')
    const written = await secrets.put(name, { value: 'open sesame', hosts: ['api.example.com'] })
    expect(written).toMatchObject({ name, hosts: ['api.example.com'] })
    const [one] = (await secrets.list()).data.filter((secret) => secret.name === name)
    expect(JSON.stringify([one, await secrets.get(name)])).not.toContain('sesame')
    await expect(secrets.put(name, { value: 'short' })).rejects.toMatchObject({ slug: 'invalid-secret' })
    await secrets.remove(name)
    await expect(secrets.get(name)).rejects.toMatchObject({ slug: 'not-found' })
  })
})
