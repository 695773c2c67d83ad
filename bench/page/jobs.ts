import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Client } from '@conduit-jobs/client'
import { fillService } from '../../test/ui/sampleService.ts'

const FAILED = 12

/** What support is asked about: a customer's jobs of which twelve failed, one that was approved, one that was cancelled. */
export async function fillSupport(client: Client): Promise<AsyncDisposable> {
  const { definitions, jobs, questions } = client
  const receiver = createServer((request, response) => {
    response.statusCode = request.url === '/broken' ? 500 : 204
    response.end()
  })
  await once(receiver.listen(0, '127.0.0.1'), 'listening')
  await fillService(client, `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`)
  for (let n = 1; n <= 40; n++) {
    const isBad = n <= FAILED
    await jobs.submit({
      id: `acme-${n}`,
      name: `order ${n}`,
      metadata: { customer: 'acme-corp', order: String(n) },
      local_values: { card: isBad ? null : '4242' },
      steps: [{ id: 'charge', action: 'TEXT.UPPERCASE', parameters: { text: '{< card >}' } }],
    })
  }
  await definitions.put('charge', { steps: [{ id: 'sum', action: 'MATH.SUM', parameters: { value1: 1, value2: 2 } }] })
  await definitions.put('charge', { steps: [{ id: 'sum', action: 'MATH.SUM', parameters: { value1: 1, value2: 3 } }] })
  const ask = { id: 'approve', action: 'FLOW.ASK', parameters: { title: 'Pay out order 90?' } }
  await jobs.submit({ id: 'payout-90', name: 'pay out order 90', steps: [ask] })
  // It is asked when the job has come there.
  let asked: { readonly id: string } | undefined
  while (asked === undefined) asked = (await questions.list({ job_id: 'payout-90' }).page()).data[0]
  await questions.answer(asked.id, { approved: true })
  await jobs.wait('payout-90')
  await jobs.submit({
    id: 'stopped-91',
    name: 'order 91',
    steps: [{ action: 'FLOW.SIGNAL', parameters: { name: 'go' } }],
  })
  await jobs.cancel('stopped-91')
  const retry = { max_attempts: 3, delay: 3_600, on: ['InvalidArgument'] }
  await jobs.submit({
    id: 'retry-92',
    name: 'order 92',
    metadata: { order: '92' },
    steps: [{ action: 'LOGIC.ASSERT', parameters: { value: false }, retry }],
  })
  return {
    [Symbol.asyncDispose]: async () => {
      receiver.closeAllConnections()
      await new Promise((resolve) => receiver.close(resolve))
    },
  }
}
