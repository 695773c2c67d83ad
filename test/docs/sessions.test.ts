import { expect, test, vi } from 'vitest'
import { startConduit } from '../support/conduit.ts'
import { fencesOf, readPage } from './fences.ts'
import { PATIENCE_MS } from '../support/patience.ts'

test.each(['docs/waiting.md', 'docs/parallel.md'])('the session of %s goes as the page says', async (page) => {
  const fences = fencesOf(page, await readPage(page))
  await using service = await startConduit()
  const open = async () => (await service.request('GET', '/v1/questions')).body.data[0]?.id as string | undefined
  for (const [i, { language, code, line }] of fences.entries()) {
    if (language !== 'http') continue
    const [, method, path = '', body] = /^(\w+) (\S+)\n*([^]*)$/.exec(code) ?? []
    const isAboutQuestion = path.includes('{id}') || path.startsWith('/v1/questions?')
    const id = isAboutQuestion ? await vi.waitUntil(open, PATIENCE_MS) : ''
    const url = path.replace('{id}', String(id))
    const send = () => service.request(method === 'GET' ? 'GET' : 'POST', url, body === '' ? undefined : body)
    // A child job is there a moment after its parent.
    const reply = await vi.waitUntil(
      async () => {
        const answer = await send()
        return answer.status === 404 ? undefined : answer
      },
      { timeout: PATIENCE_MS },
    )
    expect([line, reply.status < 300]).toEqual([line, true])
    const next = fences[i + 1]
    if (next?.language === 'json') expect(reply.body).toMatchObject(JSON.parse(next.code))
  }
})
