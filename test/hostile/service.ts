/**
 * The service in a process of its own (run with --expose-gc): says where it listens, and how much memory it holds after
 * everything that can be given back was, when it is asked. Closes when it is told to, and ends with its
 * parent.
 */
import { createConduit } from '../../src/compose/conduit.ts'

export type Said = { readonly url: string } | { readonly heapBytes: number }

const conduit = await createConduit({ settings: process.env })
const tell = (said: Said): void => {
  process.send?.(said)
}
process.on('message', async (asked) => {
  if (asked === 'heap') {
    globalThis.gc?.()
    globalThis.gc?.()
    tell({ heapBytes: process.memoryUsage().heapUsed })
  } else {
    await conduit.close()
    process.disconnect()
  }
})
process.once('disconnect', () => process.exit(0))
tell({ url: await conduit.listen() })
