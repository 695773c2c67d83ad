import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { SCOPES } from '../../src/wire/access.ts'
import { startConduit } from '../support/conduit.ts'

type Operation = { security?: object[]; 'x-scopes'?: string[] }
const text = await readFile(join(import.meta.dirname, '../../openapi/openapi.json'), 'utf8')
const { paths } = JSON.parse(text) as { paths: Record<string, Record<string, Operation>> }
const operations = Object.entries(paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ method: method.toUpperCase(), path, ...operation })),
)

/** Whoever reaches the service may have these. */
const OPEN = ['GET /livez', 'GET /readyz', 'GET /openapi.json', 'POST /v1/session', 'DELETE /v1/session']

/** Any key opens these. */
const ANY_KEY = ['GET /v1/me']

test('every operation of the document names the scopes that open it, but for those that are open to all', () => {
  const open = operations
    .filter(({ security }) => security?.length === 0)
    .map(({ method, path }) => `${method} ${path}`)
  expect(open.sort()).toEqual([...OPEN].sort())
  for (const { method, path, security, 'x-scopes': scopes } of operations) {
    if (security?.length === 0) continue
    if (ANY_KEY.includes(`${method} ${path}`)) continue
    expect([method, path, scopes?.length ?? 0]).not.toEqual([method, path, 0])
    for (const scope of scopes ?? []) expect(SCOPES).toContain(scope)
  }
})

test('every route of a service with keys is 401 without one, whatever it is', async () => {
  await using service = await startConduit()
  await service.client.keys.create({ name: 'first', scopes: ['admin'] })
  const guarded = operations.filter(({ method, path }) => !OPEN.includes(`${method} ${path}`))
  expect(guarded.length).toBeGreaterThan(10)
  for (const { method, path } of guarded) {
    const { status } = await service.request(method as 'GET', path.replace(/\{\w+\}/g, 'x'))
    expect([method, path, status]).toEqual([method, path, 401])
  }
})
