// The process of a service that `conduit dev` keeps in reserve: what a service is made of is loaded, and compiled where that
// is kept, which is nine tenths of a start; it begins when it is told to, and says when it listens.
import { standardBlocks } from '../../blocks/standard.ts'
import { readConfig } from '../../config/read.ts'
import { compileSchemas, createRegistry } from '../../engine/registry.ts'
import { serve } from '../../main.ts'

readConfig({})
// A start compiles what is used; here there is time for all of it.
compileSchemas(createRegistry(standardBlocks), standardBlocks)

process.once('message', async () => {
  await serve()
  process.send?.('listening')
})
// Whoever would stop it is gone.
process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'))
