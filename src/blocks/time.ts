import { setTimeout } from 'node:timers/promises'
import { type Block, defineBlock, Type } from '../engine/block.ts'
import { momentBlocks } from './time/moments.ts'

const DAY_SECONDS = 86_400

export const now = defineBlock({
  action: 'TIME.NOW',
  title: 'Time now',
  description: 'Gives the time as RFC 3339 text in UTC, to the millisecond.',
  keywords: ['date', 'today', 'timestamp', 'current time', 'clock'],
  parameters: Type.Object({}),
  returns: Type.String({ format: 'date-time' }),
  effects: false,
  mutates: false,
  run: (_, context) => new Date(context.now()).toISOString(),
})

export const sleep = defineBlock({
  action: 'TIME.SLEEP',
  title: 'Sleep',
  description: 'Waits for some seconds before the job goes on.',
  keywords: ['wait', 'delay', 'pause', 'pause seconds'],
  parameters: Type.Object({
    seconds: Type.Number({ minimum: 0, maximum: DAY_SECONDS, description: 'How long to wait, a day at most.' }),
  }),
  returns: Type.Null(),
  // Nothing outside is touched, but what came before is committed first: a wait should hold back no results.
  effects: true,
  mutates: false,
  examples: [{ parameters: { seconds: 0 }, returns: null }],
  pause: ({ seconds }) => seconds * 1000,
  async run({ seconds }, { signal }) {
    try {
      await setTimeout(seconds * 1000, null, { signal })
    } catch (error) {
      throw signal.aborted ? signal.reason : error
    }
    return null
  },
})

/** The blocks of the category TIME. */
export const timeBlocks: readonly Block[] = [now, sleep, ...momentBlocks]
