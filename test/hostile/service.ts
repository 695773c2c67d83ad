/**
 * The service in a process of its own (run with --expose-gc): says where it listens, and how much memory it holds after
 * everything that can be given back was, when it is asked. Ends with its parent.
 */
import { createConduit } from '../../src/conduit.ts'

export type Said = { readonly url: string } | { readonly heapBytes: number }

const conduit = await createConduit({ settings: process.env })
const tell = (said: Said): void => {
  process.send?.(said)
}
process.on('message', () => {
  globalThis.gc?.()
  globalThis.gc?.()
  tell({ heapBytes: process.memoryUsage().heapUsed })
})
process.on('disconnect', () => process.exit(0))
tell({ url: await conduit.listen() })
