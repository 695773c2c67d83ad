import { pino } from 'pino'
import { createConduit } from '../../src/compose/conduit.ts'

// The service of the bench, in a process of its own: settings come in the environment, questions and answers by message.

const conduit = await createConduit({ settings: process.env, log: pino({ level: 'warn' }) })
process.on('message', (question: unknown) => {
  if (question === 'close') return void conduit.close().then(() => process.exit(0))
  globalThis.gc?.()
  globalThis.gc?.()
  process.send?.({ memory: process.memoryUsage(), cpu: process.cpuUsage() })
})
process.send?.({ url: await conduit.listen() })
