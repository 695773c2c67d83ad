import { defineBlock, Type } from '@conduit-jobs/server'

// A shop that is not there, for the recipes: what its blocks did stands in `done`. A real one would call its services here,
// and give `step.idempotencyKey` on.

/** What was done, in order. */
export const done: string[] = []

class CardDeclined extends Error {}
class SoldOut extends Error {}

const Receipt = Type.Object({ id: Type.String() })

export const charge = defineBlock({
  action: 'CARD.CHARGE',
  description: 'Takes money from a card; a card named `declined` has none.',
  parameters: Type.Object({ card: Type.String(), cents: Type.Integer({ minimum: 1 }) }),
  returns: Receipt,
  run: ({ card, cents }) => {
    if (card === 'declined') throw new CardDeclined(`the card has less than ${cents}`)
    done.push(`charged ${cents}`)
    return { id: `charge-${cents}` }
  },
})

export const refund = defineBlock({
  action: 'CARD.REFUND',
  description: 'Gives a charge back.',
  parameters: Type.Object({ charge: Type.String() }),
  returns: Type.Null(),
  run: ({ charge: id }) => {
    done.push(`refunded ${id}`)
    return null
  },
})

export const reserve = defineBlock({
  action: 'STOCK.RESERVE',
  description: 'Puts goods aside; of `unicorn` there are none.',
  parameters: Type.Object({ sku: Type.String(), quantity: Type.Integer({ minimum: 1, default: 1 }) }),
  returns: Receipt,
  run: ({ sku, quantity }) => {
    if (sku === 'unicorn') throw new SoldOut('there is no unicorn left')
    done.push(`reserved ${quantity} ${sku}`)
    return { id: `hold-${sku}` }
  },
})

export const release = defineBlock({
  action: 'STOCK.RELEASE',
  description: 'Puts goods that were set aside back.',
  parameters: Type.Object({ hold: Type.String() }),
  returns: Type.Null(),
  run: ({ hold }) => {
    done.push(`released ${hold}`)
    return null
  },
})

export const mail = defineBlock({
  action: 'MAIL.SEND',
  description: 'Sends a message.',
  parameters: Type.Object({ to: Type.String(), text: Type.String() }),
  returns: Type.Null(),
  run: ({ to, text }) => {
    done.push(`mail to ${to}: ${text}`)
    return null
  },
})
