import type { Client, JobInput } from '@conduit-jobs/client'

/** Text that would do harm where it is taken for HTML, a link or a short word. */
export const HOSTILE = '<script>document.title="harmed"</script><img src=x onerror="document.title=\'harmed\'">'
const LONG_WORD = 'x'.repeat(10_000)
const RIGHT_TO_LEFT = 'مرحبا بالعالم ‮gnp.exe'

/** Jobs as people have them, by id. */
const JOBS: readonly (JobInput & { id: string })[] = [
  {
    id: 'order-77',
    name: 'refund order 77',
    metadata: { order: '77', customer: 'acme' },
    local_values: { c: { id: 7, name: 'Ada', plan: 'pro' } },
    steps: [
      { id: 'total', action: 'MATH.SUM', parameters: { value1: 12.5, value2: 30 } },
      { id: 'note', action: 'TEXT.JOIN', parameters: { text1: 'Dear', text2: '{< c.nmae >}' } },
      { id: 'send', action: 'TEXT.UPPERCASE', parameters: { text: '{: note :}' } },
      { id: 'clean', action: 'LOGIC.TRUE', forced: true },
    ],
    output: { total: '{: total :}' },
  },
  {
    id: 'order-78',
    name: 'order total',
    metadata: { order: '78', customer: 'acme' },
    tags: ['HTTP'],
    local_values: { price: 12.5, amount: 3 },
    steps: [
      { id: 'line', action: 'MATH.MUL', parameters: { value1: '{< price >}', value2: '{< amount >}' } },
      { id: 'pause', action: 'TIME.SLEEP', parameters: { seconds: 0.4 } },
      { id: 'total', action: 'MATH.SUM', parameters: { value1: '{: line :}', value2: 4.9 } },
      { id: 'note', action: 'TEXT.JOIN', if: '{: total :}', parameters: { text1: 'Total', text2: 'due' } },
      { id: 'never', action: 'LOGIC.TRUE', if: false },
    ],
    output: { total: '{: total :}', note: '{: note :}' },
  },
  {
    id: 'hostile',
    name: HOSTILE,
    metadata: { link: 'javascript:alert(1)', long: LONG_WORD.slice(0, 500) },
    variables: { [HOSTILE]: RIGHT_TO_LEFT, long: LONG_WORD },
    steps: [
      {
        id: HOSTILE.slice(0, 60).replaceAll('/', '-'),
        action: 'TEXT.JOIN',
        parameters: { text1: HOSTILE, text2: LONG_WORD },
      },
      { id: RIGHT_TO_LEFT, action: 'JSON.PARSE', parameters: { text: `${HOSTILE}${LONG_WORD}` } },
    ],
    output: '{: 1 :}',
  },
  {
    id: 'guarded',
    name: 'guarded clean-up',
    steps: [{ id: 'work', action: 'LOGIC.ASSERT', parameters: { value: false } }],
  },
]

/** Posts them all and waits for their ends. */
export async function submitSamples({ jobs }: Client): Promise<void> {
  for (const job of JOBS) await jobs.submit(job, { wait: true })
}
