import { expect, test } from 'vitest'
import { defineBlock, Type } from '../../src/engine/block.ts'
import { startConduit } from '../support/conduit.ts'
import { PATIENCE_MS } from '../support/patience.ts'
import { everyForm, everyTable, foundIn, gatheredLog } from './search.ts'

const SECRETS_KEY = 'a key of the operator which has 32 characters'
const VALUE = 'Zq7"v/9 w+K\\ö?r&=~Xp%3N'

/** Fails once with what it was given, then says it as how far it is, and goes on for ever. */
const saying = () => {
  let calls = 0
  return defineBlock({
    action: 'TEST.SAY',
    description: 'Says what it was given.',
    secretParameters: ['text'],
    parameters: Type.Object({ text: Type.String() }),
    returns: Type.Null(),
    run: async ({ text }, { progress, variables }) => {
      const said = Object.values(everyForm(text)).join(' ')
      variables['said'] = { said, [text]: text }
      if (++calls === 1) throw new TypeError(said)
      progress({ done: 1, message: said })
      return await new Promise<null>(() => undefined)
    },
  })
}

const INPUTS = { type: 'object', properties: { token: { type: 'string', 'x-secret': true } } }

test.each([
  ['a secret', '{% secrets.WILD %}', 'none'],
  ['a secret local value', '{< token >}', VALUE],
])(
  'while a step runs, nothing that is told of it has %s: live events, its attempts, how far it is, what it leaves when it is cut off',
  async (_, text, token) => {
    const { lines, log } = gatheredLog()
    await using service = await startConduit({ blocks: [saying()], log, settings: { SECRETS_KEY } })
    await service.client.secrets.put('WILD', { value: VALUE })
    const retry = { max_attempts: 2, delay: 0.01 }
    const steps = [{ id: 's', action: 'TEST.SAY', parameters: { text }, retry }]
    expect((await service.request('PUT', '/v1/definitions/d', { inputs: INPUTS, steps })).status).toBe(201)
    const posted = { definition: 'd', id: 'live', local_values: { token } }
    expect((await service.request('POST', '/v1/jobs', posted)).status).toBe(202)
    const told: string[] = []
    for await (const event of service.client.jobs.events('live', { live: true })) {
      told.push(JSON.stringify(event))
      if (String(event.type) === 'step.progress') break
    }
    const shown = async () => (await service.client.jobs.step('live', 's')).progress?.message
    await expect.poll(shown, { timeout: PATIENCE_MS }).toBeTypeOf('string')
    const search = async (): Promise<void> => {
      const seen: [string, string][] = [
        ...(await everyTable(service.databaseUrl)),
        ['log', lines.join('')],
        ['events', told.join('')],
        ['step', JSON.stringify(await service.client.jobs.step('live', 's'))],
        ['job', JSON.stringify(await service.client.jobs.get('live'))],
      ]
      const found = seen.map(([where, text]) => [where, foundIn(text, VALUE)])
      expect(found.filter(([, form]) => form !== undefined)).toEqual([])
    }
    await search()
    expect(await shown()).toContain('***')
    await service.client.jobs.cancel('live')
    const { state, variables } = await service.client.jobs.wait('live')
    expect([state, JSON.stringify(variables)]).toEqual(['cancelled', expect.stringContaining('***')])
    await search()
  },
)
