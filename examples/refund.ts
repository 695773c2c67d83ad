/** The definition that the examples for web frameworks run: `conduit.definitions.put('refund', refund)`. */
export const refund = {
  title: 'Refund',
  inputs: {
    type: 'object',
    properties: { order: { type: 'string' }, amount: { type: 'number', exclusiveMinimum: 0 } },
    required: ['order', 'amount'],
  },
  steps: [{ id: 'note', action: 'TEXT.JOIN', parameters: { text1: 'refunded {< amount >} of', text2: '{< order >}' } }],
  output: '{: note :}',
}
