import type { JobInput } from '@conduit-jobs/client'

/** The job that a fresh service offers: an order is added up, slowly enough to be watched. */
export const EXAMPLE: JobInput = {
  name: 'order total',
  metadata: { order: '77', customer: 'Ada' },
  local_values: { price: 12.5, amount: 3, customer: 'Ada' },
  steps: [
    { id: 'line', action: 'MATH.MUL', parameters: { value1: '{< price >}', value2: '{< amount >}' } },
    { id: 'pause', action: 'TIME.SLEEP', parameters: { seconds: 2 } },
    { id: 'total', action: 'MATH.SUM', parameters: { value1: '{: line :}', value2: 4.9 } },
    { id: 'big', action: 'LOGIC.IF', parameters: { value1: '{: total :}', value2: 30, operator: '>' } },
    {
      id: 'note',
      action: 'TEXT.JOIN',
      if: '{: big :}',
      parameters: { text1: 'Free shipping for', text2: '{< customer >}' },
    },
  ],
  output: { total: '{: total :}', note: '{: note :}' },
}
