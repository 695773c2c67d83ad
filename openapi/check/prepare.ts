/** Calls the service as the walk does: gives the answer's body. */
export type Ask = (method: string, path: string, body?: unknown) => Promise<{ id: string; data: { id: string }[] }>

/** The id that an operation is called with: its own, or that of what its path names first. */
export type Ids = (operationId: string, path: string) => string

/** Nothing listens there: attempts fail at once. */
const NOWHERE = 'http://127.0.0.1:9/'

/** Makes one of everything that an operation wants to find, so that each is answered as what it is for. */
export async function prepare(ask: Ask): Promise<{ ids: Ids; delivery: (path: string) => Promise<string> }> {
  const job = (body: object) => ask('POST', '/v1/jobs', body).then(({ id }) => id)
  const waits = (id: string, action: string, parameters: object) => job({ steps: [{ id, action, parameters }] })
  const join = { id: 'join', action: 'TEXT.JOIN', parameters: { text1: 'a', text2: 'b' } }
  const done = await job({ steps: [join], on_job_finish: { url: NOWHERE } })
  const webhook = await ask('POST', '/v1/webhooks', { url: NOWHERE })
  await ask('POST', `/v1/webhooks/${webhook.id}/test`)
  await waits('ask', 'FLOW.ASK', { title: 'Well?' })
  const own: Record<string, string> = {
    rescheduleJob: await job({ steps: [join], delay: '1h' }),
    signalJob: await waits('wait', 'FLOW.SIGNAL', { name: 'example' }),
    cancelJob: await waits('sleep', 'FLOW.SLEEP', { for: '1h' }),
    deleteJob: await job({ steps: [join] }),
  }
  const kinds: Record<string, string> = {
    jobs: done,
    webhooks: webhook.id,
    keys: (await ask('POST', '/v1/keys', { name: 'other', scopes: ['jobs:read'] })).id,
    bulk: (await ask('POST', '/v1/bulk', { action: 'cancel', filter: { name: 'nobody' } })).id,
    questions: (await ask('GET', '/v1/questions')).data[0]?.id ?? '',
  }
  const delivery = async (path: string): Promise<string> => {
    const kind = path.split('/')[2] ?? ''
    return (await ask('GET', `/v1/${kind}/${kinds[kind]}/deliveries`)).data[0]?.id ?? ''
  }
  return { ids: (operationId, path) => own[operationId] ?? kinds[path.split('/')[2] ?? ''] ?? 'example', delivery }
}
