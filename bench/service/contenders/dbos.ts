import { DBOS } from '@dbos-inc/dbos-sdk'
import { front, isOver, join, type Job, listen, replace, setting, upperCase } from './work.ts'

// A workflow of three steps, each recorded as it ends: what comes closest to Conduit's promise.
DBOS.setConfig({
  name: 'bench',
  systemDatabaseUrl: setting('DATABASE_URL'),
  systemDatabasePoolSize: 20,
  logLevel: 'error',
})
const workflow = DBOS.registerWorkflow(
  async (job: Job) => {
    const joined = await DBOS.runStep(async () => join(job), { name: 'join' })
    const replaced = await DBOS.runStep(async () => replace(job, joined), { name: 'replace' })
    const result = await DBOS.runStep(async () => upperCase(job, replaced), { name: 'upperCase' })
    isOver(result)
    return result
  },
  { name: 'text' },
)
await DBOS.launch()
await listen(front(async (job) => (await DBOS.startWorkflow(workflow)(job)).workflowID))
