import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import net from 'node:net'
import { join } from 'node:path'
import { parseArgs, promisify } from 'node:util'
import { type ContenderSpec, startContender } from './contender.ts'
import { conduit, empty, restate, rivals } from './contenders.ts'
import { type Extras, measureReady, measureReplicas, measureWait } from './extras.ts'
import { type BenchServer, openServer } from './postgres.ts'
import { report } from './report.ts'
import { BATCHES, type Load, measureThroughput, OTHERS, SINGLE, type Throughput } from './throughput.ts'

// How fast is the service, beside others that do the same? `npm run bench:service` answers, and writes bench/RESULTS.md.

const HELP = `npm run bench:service -- [options]
  --runs N          measurements of each contender, in turns (3)
  --only a,b        these contenders only, of: conduit, empty, bullmq, pg-boss, graphile-worker, dbos, restate
  --restate         with Restate, whose server is installed for it
  --scale X         so many times the jobs (1)
  --no-extras       no single jobs, no starts, no replicas
BENCH_DATABASE_URL: a server, by a user who may create databases; otherwise an embedded one is started, with fsync on.
REDIS_URL: for BullMQ; redis://127.0.0.1:6379 where that answers.
`
const RESULTS = join(import.meta.dirname, '../RESULTS.md')
const STARTS = 5

const { values: options } = parseArgs({
  options: {
    runs: { type: 'string', default: '3' },
    only: { type: 'string' },
    restate: { type: 'boolean', default: false },
    scale: { type: 'string', default: '1' },
    'no-extras': { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})
if (options.help) {
  process.stdout.write(HELP)
  process.exit(0)
}

const say = (line: string): void => void process.stdout.write(`${line}\n`)
const redisUrl = process.env['REDIS_URL'] ?? 'redis://127.0.0.1:6379'
const scale = Number(options.scale)

/** Installs what the rivals need, from the lockfile, where it is missing. */
async function install(folder: string): Promise<void> {
  const cwd = join(import.meta.dirname, folder)
  if (existsSync(join(cwd, 'node_modules'))) return
  say('installing what Conduit is measured against …')
  await promisify(execFile)('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd })
}

function answers(url: string): Promise<boolean> {
  const { hostname, port } = new URL(url)
  return new Promise((resolve) => {
    const socket = net.connect({ host: hostname, port: Number(port) || 6379, timeout: 1000 })
    const end = (answer: boolean) => () => {
      socket.destroy()
      resolve(answer)
    }
    socket.once('connect', end(true)).once('error', end(false)).once('timeout', end(false))
  })
}

async function choose(): Promise<ContenderSpec[]> {
  const only = options.only?.split(',')
  const all = [conduit, empty, ...rivals, ...(options.restate ? [restate] : [])]
  const chosen = all.filter(({ name }) => only === undefined || only.includes(name))
  if (chosen.some(({ package: needed }) => needed !== null)) await install('.')
  if (chosen.includes(restate)) await install('restate')
  if (!chosen.some(({ name }) => name === 'bullmq') || (await answers(redisUrl))) return chosen
  say('no Redis answers: BullMQ is left out')
  return chosen.filter(({ name }) => name !== 'bullmq')
}

/** One measurement, by a process and on a database that nobody used before. */
async function measure(spec: ContenderSpec, server: BenchServer, load: Load): Promise<Throughput> {
  const name = `conduit_bench_${spec.name.replaceAll('-', '_')}`
  const environment = { DATABASE_URL: await server.database(name), REDIS_URL: redisUrl }
  try {
    await using contender = await startContender(spec, environment)
    return await measureThroughput([contender], Math.ceil(spec.jobs * scale), server, load)
  } finally {
    await server.drop(name)
  }
}

async function measureExtras(server: BenchServer): Promise<Extras> {
  const databaseUrl = await server.database('conduit_bench_extras')
  await using service = await startContender(conduit, { DATABASE_URL: databaseUrl })
  const wait = await measureWait(service.url)
  const readyMs = await measureReady(databaseUrl, STARTS)
  const replicas = await measureReplicas(server, Math.ceil(conduit.jobs * scale))
  return { wait, readyMs, replicas }
}

await using server = await openServer()
const contenders = await choose()
type Runs = Map<string, Throughput[]>
const measured: { single: Runs; batches: Runs; others: Runs } = {
  single: new Map(),
  batches: new Map(),
  others: new Map(),
}
for (let run = 1; run <= Number(options.runs); run++) {
  for (const spec of contenders) {
    await note(measured.single, spec.name, run, spec, SINGLE)
    if (spec.takesBatches) await note(measured.batches, spec.name, run, spec, BATCHES)
  }
  if (contenders.includes(conduit))
    for (const [name, load] of OTHERS) await note(measured.others, name, run, conduit, load)
}

async function note(among: Runs, name: string, run: number, spec: ContenderSpec, load: Load): Promise<void> {
  const throughput = await measure(spec, server, load)
  among.set(name, [...(among.get(name) ?? []), throughput])
  const what = load.size === 1 ? '' : ` in batches of ${load.size}`
  say(`run ${run}: ${name}${what} ${Math.round(throughput.jobsPerSecond)} jobs/s`)
}

const extras = options['no-extras'] ? null : await measureExtras(server)
const text = report({ contenders, measured, extras, server: server.description })
say(`\n${text}`)
if (options.only === undefined) await writeFile(RESULTS, text)
