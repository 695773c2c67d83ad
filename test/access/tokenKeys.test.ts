import { expect, test } from 'vitest'
import { asks, putKey, startKeyed } from './keyring.ts'

test("a job's token ends with the key that made it, and a token of another key goes on", async () => {
  await using keyed = await startKeyed()
  const [service] = keyed.replicas
  if (service === undefined) throw new Error('there is one replica')
  const [mine, other] = [await putKey(keyed.database), await putKey(keyed.database)]
  const ask = asks(service, other.text)
  expect((await ask('POST', '/v1/jobs', { id: 'watched', steps: [] })).status).toBeLessThan(300)
  const tokenBy = async (text: string): Promise<string> =>
    (await asks(service, text)('POST', '/v1/jobs/watched/tokens')).body.token
  const tokens = [await tokenBy(mine.text), await tokenBy(other.text)]
  const read = async (): Promise<number[]> => {
    const replies = tokens.map((token) => service.request('GET', `/v1/jobs/watched?token=${token}`))
    return (await Promise.all(replies)).map(({ status }) => status)
  }
  expect(await read()).toEqual([200, 200])
  expect((await ask('DELETE', `/v1/keys/${mine.id}`)).status).toBeLessThan(300)
  expect(await read()).toEqual([401, 200])
})
