import { type Block, defineBlock, Type } from '../../src/engine/block.ts'

/** What these blocks did, outside of any job, and whether the one that can be broken is. */
export type World = { readonly marks: string[]; broken: boolean }

/** Blocks that leave marks outside. */
export function markBlocks(world: World): Block[] {
  const mark = async ({ as }: { as: unknown }): Promise<unknown> => {
    await null
    if (world.broken) throw new Error('broken')
    world.marks.push(String(as))
    return as
  }
  return [
    defineBlock({
      action: 'TEST.MARK',
      description: 'Leaves a mark outside.',
      parameters: Type.Object({ as: Type.Unknown() }),
      returns: Type.Unknown(),
      run: async ({ as }) => {
        await null
        world.marks.push(String(as))
        return as
      },
    }),
    defineBlock({
      action: 'TEST.BREAKABLE',
      description: 'Fails while it is broken.',
      parameters: Type.Object({ as: Type.Unknown({ default: 'mended' }) }),
      returns: Type.Unknown(),
      run: mark,
    }),
  ]
}
