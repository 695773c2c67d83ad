import type { Client, JobInput } from '@conduit-jobs/client'
import { submitSamples } from './sampleJobs.ts'

/** Steps of every kind that the timeline tells apart: rounds, branches, tries, a failure that was caught, waits. */
export const FLOW: JobInput & { id: string } = {
  id: 'flow',
  name: 'fulfil order 79',
  metadata: { order: '79', customer: 'acme' },
  local_values: { items: ['book', 'lamp', 'chair', 'table', 'mug'], discount: 0.1 },
  steps: [
    {
      id: 'pack',
      title: 'Pack each item',
      action: 'FLOW.EACH',
      parameters: { items: '{< items >}', concurrency: 2 },
      steps: [
        { id: 'label', action: 'TEXT.UPPERCASE', parameters: { text: '{= item =}' } },
        { id: 'wrap', action: 'TIME.SLEEP', parameters: { seconds: 0.15 } },
      ],
    },
    {
      id: 'prices',
      action: 'FLOW.PARALLEL',
      branches: [
        { id: 'net', steps: [{ id: 'sum', action: 'MATH.SUM', parameters: { value1: 40, value2: 2.5 } }] },
        { id: 'gross', steps: [{ id: 'sum', action: 'MATH.SUM', parameters: { value1: 42.5, value2: 8 } }] },
      ],
    },
    {
      id: 'charge',
      action: 'FLOW.DO',
      steps: [
        {
          id: 'card',
          action: 'LOGIC.ASSERT',
          parameters: { value: false },
          retry: { max_attempts: 3, delay: 0.4, factor: 1, on: ['InvalidArgument'] },
        },
      ],
      catch: { output: { paid: false, why: '{= failure.message =}' } },
    },
    { id: 'rest', action: 'FLOW.SLEEP', parameters: { for: 0.5 } },
    { id: 'approve', action: 'FLOW.ASK', parameters: { title: 'Ship order 79 without payment?', to: 'finance' } },
  ],
  output: { labels: '{: pack :}', approved: '{: approve :}' },
}

const REFUND = {
  title: 'Refund an order',
  description: 'Pays an amount back, and asks somebody above 100.',
  inputs: {
    type: 'object',
    properties: {
      order: { type: 'string', title: 'Order', description: 'Its number' },
      amount: { type: 'number', title: 'Amount', minimum: 0 },
      notify: { type: 'boolean', title: 'Tell the customer', default: true },
    },
    required: ['order', 'amount'],
  },
  steps: [
    { id: 'text', action: 'TEXT.JOIN', parameters: { text1: 'Refund of order', text2: '{< order >}' } },
    { id: 'large', action: 'FLOW.ASK', if: '{= locals.amount > 100 =}', parameters: { title: 'Refund so much?' } },
  ],
  output: { text: '{: text :}' },
  tests: [
    {
      name: 'a small one asks nobody',
      local_values: { order: '77', amount: 5 },
      expect: { success: true, output: { text: 'Refund of order 77' } },
    },
    { name: 'expects too much', local_values: { order: '77', amount: 5 }, expect: { success: false } },
  ],
}

/** Fills a service so that every view has something to show. @param receiver where webhooks go */
export async function fillService(client: Client, receiver: string): Promise<void> {
  const { definitions, jobs, schedules, webhooks } = client
  await webhooks.create({ url: `${receiver}/orders`, events: ['job.finished'], description: 'the shop' })
  await webhooks.create({ url: `${receiver}/broken`, events: ['job.finished'] })
  await submitSamples(client)
  await definitions.put('refund', { ...REFUND, output: '{: text :}', tests: [] })
  await definitions.put('refund', REFUND)
  await definitions.put('nightly-report', { steps: [{ action: 'LOGIC.TRUE' }] })
  await schedules.put('nightly', { cron: '0 3 * * *', timezone: 'Europe/Paris', job: { definition: 'nightly-report' } })
  await schedules.put('hourly', { every: '1h', enabled: false, job: { steps: [{ action: 'LOGIC.TRUE' }] } })
  await schedules.trigger('nightly')
  await jobs.submit({ definition: 'refund', id: 'refund-1', local_values: { order: '80', amount: 5 } })
  await jobs.submit({ definition: 'refund', id: 'refund-2', local_values: { order: '81', amount: 500 } })
  await jobs.submit({
    id: 'later',
    name: 'later today',
    run_at: '2099-01-01T00:00:00Z',
    steps: [{ action: 'LOGIC.TRUE' }],
  })
  const child = { name: 'child', steps: [{ action: 'LOGIC.TRUE' }] }
  await jobs.submit(
    { id: 'parent', steps: [{ id: 'sub', action: 'FLOW.JOB', parameters: { job: child } }] },
    { wait: 5 },
  )
  await jobs.submit({
    id: 'signal',
    name: 'payment of order 82',
    metadata: { order: '82' },
    steps: [{ id: 'paid', action: 'FLOW.SIGNAL', parameters: { name: 'paid' }, timeout: '3d' }],
  })
  await jobs.submit(FLOW)
}
