import { cpus, loadavg } from 'node:os'
import { parseArgs } from 'node:util'
import { openServer } from '../../service/postgres.ts'
import { burst } from './burst.ts'
import { each, effects } from './each.ts'
import { row } from './line.ts'
import { openRig, type Part } from './rig.ts'
import { signals } from './signals.ts'
import { sleepers } from './sleepers.ts'
import { tomorrow } from './tomorrow.ts'
import { wakes } from './wakes.ts'

// What do jobs cost that wait, and how soon do they go on? `npm run bench:flow:service` answers.

/** Those that need few jobs come first: on a slow machine something is told. */
const PARTS: readonly Part[] = [each, effects, tomorrow, sleepers, signals, wakes, burst]

/** One part takes no longer, so that the others have their turn. */
const PART_MS = 240_000

const usage = `npm run bench:flow:service -- [--only NAMES] [--scale N] [--minutes N]

  --only NAMES   some parts: ${PARTS.map(({ name }) => name).join(',')}
  --scale N      so many times the jobs (1): 0.1 for a look
  --minutes N    parts that would begin later are left out, and the one that runs is given up (12); a part takes four at most
BENCH_DATABASE_URL: a server, by a user who may create databases; otherwise an embedded one is started, with fsync on.
`
const { values: options } = parseArgs({
  options: {
    only: { type: 'string', default: PARTS.map(({ name }) => name).join(',') },
    scale: { type: 'string', default: '1' },
    minutes: { type: 'string', default: '12' },
    help: { type: 'boolean', default: false },
  },
})
const names = options.only.split(',')
const [scale, minutes] = [Number(options.scale), Number(options.minutes)]
const known = names.every((wanted) => PARTS.some(({ name }) => name === wanted))
if (options.help || !known || !(scale > 0) || !(minutes > 0)) {
  process.stderr.write(usage)
  process.exit(options.help ? 0 : 2)
}

const say = (text: string): void => void process.stdout.write(text)
const began = performance.now()
const late = AbortSignal.timeout(minutes * 60_000)

await using server = await openServer()
let bound = late
await using rig = openRig(server, scale, () => bound)
const load = loadavg()[0]?.toFixed(1)
say(
  `Waiting jobs, ${scale === 1 ? 'whole' : `${scale} of the jobs`}. ${server.description}, Node ${process.versions.node}, `,
)
say(`${cpus().length} × ${cpus()[0]?.model.trim() ?? 'CPU'}, load ${load} at the start.\n\n`)
say('| measured | found | goal | reached |\n| --- | --- | --- | --- |\n')
for (const part of PARTS.filter(({ name }) => names.includes(name))) {
  const from = performance.now()
  say(`| **${part.name}**: ${part.about} | | | |\n`)
  try {
    late.throwIfAborted()
    bound = AbortSignal.any([late, AbortSignal.timeout(PART_MS)])
    for (const line of await part.run(rig)) say(row(line))
    say(`| (took) | ${((performance.now() - from) / 1000).toFixed(0)} s | | |\n`)
  } catch (error) {
    process.exitCode = 1
    const why = bound.aborted ? `no time was left after ${Math.round(performance.now() - from)} ms` : String(error)
    say(`| not measured | ${why.replaceAll(/[|\n]/g, ' ').slice(0, 300)} | | **no** |\n`)
  }
}
say(`\n${((performance.now() - began) / 60_000).toFixed(1)} minutes, load ${loadavg()[0]?.toFixed(1)} at the end.\n`)
