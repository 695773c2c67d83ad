import { randomUUID, randomUUIDv7 } from 'node:crypto'
import { type Block, defineBlock, Type } from '../engine/block.ts'

export const uuid = defineBlock({
  action: 'ID.UUID',
  title: 'New UUID',
  description:
    'Gives a new UUID (RFC 9562). It is drawn once and on record before a step with effects can use it: after a crash it is the same.',
  keywords: ['guid', 'uuid', 'unique id', 'random', 'correlation id'],
  parameters: Type.Object({
    version: Type.Enum([4, 7], { default: 4, description: '4: random; 7: by time, so that later ones sort behind.' }),
  }),
  returns: Type.String({ format: 'uuid' }),
  effects: false,
  mutates: false,
  run: ({ version }) => (version === 7 ? randomUUIDv7() : randomUUID()),
})

/** The blocks of the category ID. */
export const idBlocks: readonly Block[] = [uuid]
