// The same by the client that hey-api generates.
import { getJob, getStep, listBlocks, listJobs, submitJob } from '../generated/hey/index.js'
import { client } from '../generated/hey/client.gen.js'

client.setConfig({ baseUrl: process.env['CONDUIT_URL'] as string })

const { data: job } = await submitJob({
  headers: { prefer: 'wait=20' },
  body: {
    steps: [{ action: 'TEXT.JOIN', id: 'join', parameters: { text1: 'Hello', text2: 'World' } }],
    output: '{: join :}',
  },
  throwOnError: true,
})
const read = await getJob({ path: { id: job.id }, throwOnError: true })
const list = await listJobs({ query: { state: 'succeeded' }, throwOnError: true })
const step = await getStep({ path: { id: job.id, path: 'join' }, throwOnError: true })
const blocks = await listBlocks({ query: { match: 'TEXT.*' }, throwOnError: true })
const missing = await getJob({ path: { id: 'nobody' } })
console.log(
  JSON.stringify([
    job.state,
    read.data.output,
    list.data.data.length > 0,
    step.data.return_value,
    blocks.data.data.length > 5,
    missing.error?.type,
  ]),
)
