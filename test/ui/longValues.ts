import type { JobInput } from '@conduit-jobs/client'

/** A job of which everything is as long as a service takes it: names, titles, a value, an error with its stack. */
export const LONG_VALUES: JobInput & { id: string } = {
  id: 'long-values',
  name: 'Refund of the whole order because the customer was charged twice '.repeat(4).slice(0, 200),
  metadata: { customer: 'مؤسسة النور للتجارة العامة', reference: '1234567890123456789' },
  local_values: { reference: '1234567890123456789', receipt: 'x'.repeat(500_000) },
  steps: [
    {
      id: 'read',
      title: 'Reads the order, its lines, its customer and every payment that was ever made for it, from the shop',
      action: 'TEXT.CREATE',
      parameters: { value: '{< receipt >}' },
    },
    {
      id: 'pay',
      title: 'استرداد المبلغ بالكامل إلى العميل',
      action: 'FLOW.FAIL',
      parameters: {
        type: 'PaymentWasRefusedBecauseItCameTooLate',
        message: `TypeError: no total\n${'    at charge (/srv/blocks/payments/charge.ts:42:7)\n'.repeat(40)}`,
      },
    },
  ],
}

/** A job with values as large as a service takes them, 1 MiB: one long word, and many rows. */
export const LARGE_VALUES: JobInput & { id: string } = {
  id: 'large-values',
  name: 'export of the orders',
  local_values: {
    half: 'x'.repeat(524_286),
    rows: Array.from({ length: 4_000 }, (_, i) => ({ order: i, customer: 'Ada Lovelace', total: 12.5, notes: null })),
  },
  steps: [
    { id: 'text', action: 'TEXT.JOIN', parameters: { text1: '{< half >}', text2: '{< half >}' } },
    { id: 'rows', action: 'JSON.STRINGIFY', parameters: { value: '{< rows >}' } },
  ],
  output: '{< rows >}',
}
