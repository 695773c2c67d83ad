import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { startConduit, type TestConduit } from '../support/conduit.ts'
import { PATIENCE_MS } from '../support/patience.ts'

type Parameter = { readonly name: string; readonly in: string }
type Operation = { readonly parameters?: readonly Parameter[]; readonly responses: Record<string, unknown> }
const text = await readFile(join(import.meta.dirname, '../../openapi/openapi.json'), 'utf8')
const { paths } = JSON.parse(text) as { paths: Record<string, { get?: Operation }> }

/** How a list is walked, and who may: no filters. */
const NO_FILTERS = new Set(['limit', 'cursor', 'token', 'order', 'include'])

/** Every filter of every list that the document names. */
const documented = Object.entries(paths).flatMap(([path, { get }]) => {
  // A step's children are a place within a job (test/http/steps.test.ts).
  if (get === undefined || path.includes('{id}') || !JSON.stringify(get.responses['200']).includes('next_cursor'))
    return []
  const query = get.parameters?.filter((one) => one.in === 'query' && !NO_FILTERS.has(one.name)) ?? []
  return query.map(({ name }) => ({ list: path, filter: name }))
})

/** What finds what `beforeAll` makes, and what does not. A filter that the document has and this lacks fails. */
const TRIED: Readonly<Record<string, { readonly finds: string; readonly misses: string }>> = {
  '/v1/jobs state': { finds: 'state=succeeded', misses: 'state=cancelled' },
  '/v1/jobs id_prefix': { finds: 'id_prefix=se', misses: 'id_prefix=een' },
  '/v1/jobs parent': { finds: 'parent=none,with-child', misses: 'parent=none' },
  '/v1/jobs created_by': { finds: 'created_by=KEY', misses: 'created_by=key_none' },
  '/v1/jobs action_failed': { finds: 'action_failed=flow.fail', misses: 'action_failed=HTTP.REQUEST' },
  '/v1/jobs error_type': { finds: 'error_type=TimeoutError,NoStock', misses: 'error_type=TimeoutError' },
  '/v1/jobs finished_after': { finds: 'finished_after=2020-01-01', misses: 'finished_after=2999-01-01' },
  '/v1/jobs finished_before': { finds: 'finished_before=2999-01-01', misses: 'finished_before=2020-01-01' },
  '/v1/jobs name': { finds: 'name=seen', misses: 'name=see' },
  '/v1/jobs tag': { finds: 'tag=red', misses: 'tag=blue' },
  '/v1/jobs definition': { finds: 'definition=greet', misses: 'definition=leave' },
  '/v1/jobs schedule': { finds: 'schedule=daily', misses: 'schedule=weekly' },
  '/v1/jobs created_after': {
    finds: 'created_after=2020-01-01T00:00:00Z',
    misses: 'created_after=2999-01-01T00:00:00Z',
  },
  '/v1/jobs created_before': {
    finds: 'created_before=2999-01-01T00:00:00Z',
    misses: 'created_before=2020-01-01T00:00:00Z',
  },
  '/v1/jobs metadata.KEY': { finds: 'metadata.team=a', misses: 'metadata.team=b' },
  '/v1/questions job_id': { finds: 'job_id=asks', misses: 'job_id=seen-1' },
  '/v1/questions metadata.KEY': { finds: 'metadata.team=q', misses: 'metadata.team=a' },
  '/v1/definitions name_prefix': { finds: 'name_prefix=gre', misses: 'name_prefix=reet' },
  '/v1/blocks match': { finds: 'match=TEXT.*', misses: 'match=NOTHING.*' },
  '/v1/keys tenant': { finds: 'tenant=acme', misses: 'tenant=nobody' },
  '/v1/audit subject': { finds: 'subject=KEY', misses: 'subject=nobody' },
  '/v1/audit tenant': { finds: 'tenant=acme', misses: 'tenant=nobody' },
  '/v1/audit action': { finds: 'tenant=acme&action=key.created', misses: 'tenant=acme&action=key.revoked' },
}

const STEPS = [{ action: 'LOGIC.TRUE' }]

describe('each filter of each list', () => {
  let service: TestConduit
  let key = ''
  let keyId = ''
  beforeAll(async () => {
    service = await startConduit()
    const scopes = [
      'admin',
      'jobs:read',
      'jobs:write',
      'blocks:read',
      'definitions:read',
      'definitions:write',
      'questions:read',
    ]
    const schedules = ['schedules:read', 'schedules:write']
    const made = await service.request('POST', '/v1/keys', {
      name: 'all',
      scopes: [...scopes, ...schedules],
      tags: ['red'],
    })
    key = made.body.secret
    keyId = made.body.id
    await ask('POST', '/v1/keys', { name: 'other', scopes: ['jobs:read'], tenant: 'acme' })
    const fail = { action: 'FLOW.FAIL', parameters: { type: 'NoStock', message: 'nothing is left' } }
    await ask('POST', '/v1/jobs', { steps: [fail] })
    await ask('POST', '/v1/jobs', { id: 'seen-1', name: 'seen', tags: ['red'], metadata: { team: 'a' }, steps: STEPS })
    const child = { id: 'j', action: 'FLOW.JOB', parameters: { job: { steps: STEPS } } }
    await ask('POST', '/v1/jobs', { id: 'with-child', steps: [child] })
    const asks = {
      id: 'asks',
      metadata: { team: 'q' },
      steps: [{ action: 'FLOW.ASK', parameters: { title: 'Well?' } }],
    }
    await service.request('POST', '/v1/jobs', asks, { authorization: `Bearer ${key}` })
    await vi.waitFor(async () => expect((await ask('GET', '/v1/questions')).data).toHaveLength(1), PATIENCE_MS)
    await ask('PUT', '/v1/definitions/greet', { steps: STEPS })
    await ask('POST', '/v1/jobs', { definition: 'greet' })
    await ask('PUT', '/v1/schedules/daily', { every: '24h', job: { steps: STEPS } })
    await ask('POST', '/v1/schedules/daily/trigger')
  })
  afterAll(() => service[Symbol.asyncDispose]())

  async function ask(method: 'GET' | 'POST' | 'PUT', url: string, body?: unknown) {
    const reply = await service.request(method, url, body, { authorization: `Bearer ${key}`, prefer: 'wait=60' })
    expect([method, url, reply.status, reply.status < 300 ? '' : reply.body]).toEqual([method, url, reply.status, ''])
    return reply.body
  }

  test('is in the table of this test, and the table has no other', () => {
    expect(Object.keys(TRIED).sort()).toEqual(documented.map(({ list, filter }) => `${list} ${filter}`).sort())
  })

  test.each(documented)('$list: $filter finds what fits, and nothing else', async ({ list, filter }) => {
    const tried = TRIED[`${list} ${filter}`] ?? expect.fail('this filter is not tried')
    expect((await ask('GET', `${list}?${tried.finds.replace('KEY', keyId)}`)).data.length).toBeGreaterThan(0)
    expect((await ask('GET', `${list}?${tried.misses}`)).data).toEqual([])
  })
})
