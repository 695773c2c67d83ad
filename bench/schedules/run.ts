import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import pg from 'pg'
import { threeSteps } from '../definitions.ts'
import { startContender } from '../service/contender.ts'
import { conduit } from '../service/contenders.ts'
import { openServer } from '../service/postgres.ts'

// How late are schedules that are all due at one moment? `npm run bench:schedules` answers.

const usage = `npm run bench:schedules -- [--schedules N,N] [--replicas N] [--history N] [--cron] [--named]

  --schedules N,N   how many are due at one moment, a run each (1000,10000)
  --replicas N      services over the one database (1)
  --history N       jobs that each schedule has had before (0)
  --cron            they go by an expression, in place of an interval
  --named           their jobs name a definition, in place of three steps of their own
BENCH_DATABASE_URL: a server, by a user who may create databases; otherwise an embedded one is started, with fsync on.
`
const { values: options } = parseArgs({
  options: {
    schedules: { type: 'string', default: '1000,10000' },
    replicas: { type: 'string', default: '1' },
    history: { type: 'string', default: '0' },
    cron: { type: 'boolean', default: false },
    named: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})
const sizes = options.schedules.split(',').map(Number)
const [replicas, history] = [Number(options.replicas), Number(options.history)]
if (options.help || sizes.some((size) => !(size > 0)) || !(replicas > 0) || !(history >= 0)) {
  process.stderr.write(usage)
  process.exit(options.help ? 0 : 2)
}

/** From when everything is written to the moment at which all are due. */
const AHEAD_MS = 3000

type Late = { readonly p50: number; readonly p99: number; readonly most: number; readonly firings: number }

/** Schedules as PUT writes them, all of one job, due at `due`. */
async function fill(client: pg.Client, count: number, due: number): Promise<void> {
  const job = options.named ? { definition: 'three' } : threeSteps
  const at = new Date(due)
  const expression = `${at.getUTCSeconds()} ${at.getUTCMinutes()} ${at.getUTCHours()} * * *`
  const when = options.cron ? { cron: expression } : { every: '1h' }
  const content = { ...when, start_at: at.toISOString(), job }
  await client.query(
    `insert into schedule (tenant, name, content, enabled, next_run_at)
     select 'default', 's' || n, $1::json, true, to_timestamp($2::float8 / 1000) from generate_series(1, $3::int) n`,
    [JSON.stringify(content), due, count],
  )
  if (history === 0) return
  await client.query(
    `insert into job (id, tenant, created_at, state, nonce, definition, labels, started_at, finished_at, journal_rows, schedule)
     select 's' || s || '-' || n, 'default', now() - make_interval(hours => n), 'succeeded', gen_random_uuid(), '{"steps":[]}',
            json_build_object('tags', '[]'::json, 'schedule', 's' || s), now(), now(), 0, 's' || s
     from generate_series(1, $1::int) s, generate_series(1, $2::int) n`,
    [count, history],
  )
  await client.query(
    `insert into job_label (job_id, tenant, label, created_at)
     select id, tenant, 'schedule:' || schedule, created_at from job`,
  )
  await client.query('analyze')
}

async function lateOf(client: pg.Client, count: number, due: number): Promise<Late> {
  for (let firings = 0; firings < count; await sleep(100)) {
    const { rows } = await client.query(
      'select count(*)::int as n from schedule where next_run_at > to_timestamp($1::float8 / 1000)',
      [due],
    )
    firings = rows[0].n
  }
  const { rows } = await client.query(
    `select percentile_cont(array[0.5, 0.99, 1]) within group (order by late) as parts, count(*)::int as firings
     from (select extract(epoch from created_at - scheduled_for)::float8 * 1000 as late from job where scheduled_for is not null) j`,
  )
  const [p50, p99, most] = rows[0].parts
  return { p50, p99, most, firings: rows[0].firings }
}

await using server = await openServer()
for (const [run, size] of sizes.entries()) {
  const url = await server.database(`conduit_bench_schedules_${run}`)
  await using stack = new AsyncDisposableStack()
  for (let n = 0; n < replicas; n++) stack.use(await startContender(conduit, { DATABASE_URL: url }))
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  stack.defer(() => client.end())
  if (options.named) await define(client)
  const [clock] = (await client.query('select extract(epoch from clock_timestamp())::float8 * 1000 as now')).rows
  const began = performance.now()
  const due = Math.ceil((clock.now + AHEAD_MS + size * (0.5 + history / 10)) / 1000) * 1000
  await fill(client, size, due)
  const left = due - clock.now - (performance.now() - began)
  if (left < 0) process.stdout.write(`the schedules were written ${Math.round(-left)} ms after their moment\n`)
  const { p50, p99, most, firings } = await lateOf(client, size, due)
  const told = [p50, p99, most].map((late) => `${Math.round(late)} ms`)
  process.stdout.write(
    `${size} schedules, ${firings} firings: late by ${told[0]} (p50), ${told[1]} (p99), ${told[2]} (most)\n`,
  )
}

/** A definition as PUT writes it. */
async function define(client: pg.Client): Promise<void> {
  await client.query(
    `with t as (insert into definition_text (tenant, hash, content) values ('default', decode(repeat('00', 32), 'hex'), $1::json) returning hash),
     d as (insert into definition (tenant, name, version, hash) select 'default', 'three', 1, hash from t)
     insert into definition_version (tenant, name, version, hash) select 'default', 'three', 1, hash from t`,
    [JSON.stringify({ steps: threeSteps.steps })],
  )
}
