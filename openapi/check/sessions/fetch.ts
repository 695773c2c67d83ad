// README's session by openapi-fetch: it must compile as strictly as can be, and run.
import createClient from 'openapi-fetch'
import type { paths } from '../generated/schema.js'

const { GET, POST } = createClient<paths>({ baseUrl: process.env['CONDUIT_URL'] as string })

const { data: job, error } = await POST('/v1/jobs', {
  params: { header: { prefer: 'wait=20' } },
  body: {
    steps: [{ action: 'TEXT.JOIN', id: 'join', parameters: { text1: 'Hello', text2: 'World' } }],
    output: '{: join :}',
  },
})
if (job === undefined) throw new Error(error.detail)
const read = await GET('/v1/jobs/{id}', { params: { path: { id: job.id } } })
const list = await GET('/v1/jobs', { params: { query: { state: 'succeeded' } } })
const step = await GET('/v1/jobs/{id}/steps/{path}', { params: { path: { id: job.id, path: 'join' } } })
const blocks = await GET('/v1/blocks', { params: { query: { match: 'TEXT.*' } } })
const missing = await GET('/v1/jobs/{id}', { params: { path: { id: 'nobody' } } })
console.log(
  JSON.stringify([
    job.state,
    read.data?.output,
    (list.data?.data.length ?? 0) > 0,
    step.data?.return_value,
    (blocks.data?.data.length ?? 0) > 5,
    missing.error?.type,
  ]),
)
