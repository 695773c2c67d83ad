import { type Conduit, createConduit } from '@conduit-jobs/server'

const held = globalThis as { conduit?: Promise<Conduit> }

/**
 * The one service of this process. Next loads modules anew while one develops, so it hangs on what stays. In `next.config`
 * the package is one of `serverExternalPackages`.
 */
export function conduit(): Promise<Conduit> {
  held.conduit ??= createConduit({ settings: process.env })
  return held.conduit
}
