import { expect, test, vi } from 'vitest'
import { startConduit } from '../support/conduit.ts'
import { fencesOf, readPage } from './fences.ts'

const fences = fencesOf('docs/waiting.md', await readPage('docs/waiting.md'))

test('the session of docs/waiting.md goes as the page says', async () => {
  await using service = await startConduit()
  const open = async () => (await service.request('GET', '/v1/questions')).body.data[0]?.id as string | undefined
  for (const [i, { language, code, line }] of fences.entries()) {
    if (language !== 'http') continue
    const [, method, path = '', body] = /^(\w+) (\S+)\n*([^]*)$/.exec(code) ?? []
    const isAboutQuestion = path.includes('{id}') || path.startsWith('/v1/questions?')
    const id = isAboutQuestion ? await vi.waitUntil(open, 20_000) : ''
    const url = path.replace('{id}', String(id))
    const reply = await service.request(method === 'GET' ? 'GET' : 'POST', url, body === '' ? undefined : body)
    expect([line, reply.status < 300]).toEqual([line, true])
    const next = fences[i + 1]
    if (next?.language === 'json') expect(reply.body).toMatchObject(JSON.parse(next.code))
  }
})
