import { setTimeout as sleep } from 'node:timers/promises'
import { defineBlock, Type } from 'conduit'

const nothing = { parameters: Type.Object({}), returns: Type.Null() }

export const thrownPromise = defineBlock({
  ...nothing,
  action: 'ESCAPE.PROMISE',
  description: 'Throws a promise that is rejected.',
  run: () => {
    throw Promise.reject(new Error('a thrown promise'))
  },
})

export const timer = defineBlock({
  ...nothing,
  action: 'ESCAPE.TIMER',
  description: 'Throws in a timer while it is waited for.',
  run: async () => {
    setTimeout(() => {
      throw new Error('a throw in a timer')
    }, 10)
    await sleep(60_000)
    return null
  },
})

export const forgotten = defineBlock({
  ...nothing,
  action: 'ESCAPE.FORGOTTEN',
  description: 'Is over before a promise that it forgot is rejected.',
  run: async () => {
    void sleep(50).then(() => {
      throw new Error('a late rejection')
    })
    return null
  },
})
