import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { type ContenderSpec, startContender } from '../service/contender.ts'
import { conduit } from '../service/contenders.ts'
import { openServer } from '../service/postgres.ts'
import { cpuMilliseconds, residentMegabytes } from '../service/processes.ts'

// What does the page cost a service whose page nobody opens? Its CPU time until it listens, and its memory after a
// thousand requests, with the page and without, in turns: `node bench/page/cost.ts [--rounds N]`. Linux only.

const REQUESTS = 1_000
const AT_ONCE = 8
const DATABASE = 'conduit_bench_page_cost'
const SIDES = ['without', 'with'] as const
const JOB = JSON.stringify({
  steps: [
    { id: 'dear', action: 'TEXT.JOIN', parameters: { text1: 'Dear', text2: 'Ada' } },
    { id: 'loud', action: 'TEXT.UPPERCASE', parameters: { text: '{: dear :}' } },
    { action: 'LOGIC.TRUE' },
  ],
})

type Cost = { readonly startMs: number; readonly startMb: number; readonly laterMb: number }
const COSTS = [
  ['CPU until it listens, ms', 'startMs'],
  ['memory when it listens, MB', 'startMb'],
  [`memory after ${REQUESTS} requests, MB`, 'laterMb'],
] as const

const { values: options } = parseArgs({ options: { rounds: { type: 'string', default: '15' } } })
const rounds = Number(options.rounds)
const say = (line: string): void => void process.stdout.write(`${line}\n`)

await using server = await openServer()
const url = await server.database(DATABASE)
const measured: Record<(typeof SIDES)[number], Cost[]> = { without: [], with: [] }
try {
  say(`${server.description}, Node ${process.version}, ${rounds} rounds`)
  // Round 0 migrates, and has all that is loaded compiled and kept.
  for (let round = 0; round <= rounds; round++) {
    for (const side of round % 2 === 0 ? SIDES : SIDES.toReversed()) {
      const cost = await measure(side)
      if (round > 0) measured[side].push(cost)
      process.stderr.write(`round ${round}, ${side}: ${JSON.stringify(cost)}\n`)
    }
  }
} finally {
  await server.drop(DATABASE)
}

say('\n| what | without | with | with / without, median of rounds | least | most |')
say('| --- | ---: | ---: | ---: | ---: | ---: |')
for (const [what, of] of COSTS) {
  const all = SIDES.map((side) => measured[side].map((cost) => cost[of]))
  const ratios = measured.with.map((cost, round) => cost[of] / (measured.without[round]?.[of] ?? Number.NaN))
  const cells = [
    ...all.map((each) => median(each).toFixed(1)),
    ...[median(ratios), Math.min(...ratios), Math.max(...ratios)].map((ratio) => ratio.toFixed(3)),
  ]
  say(`| ${[what, ...cells].join(' | ')} |`)
}

async function measure(side: (typeof SIDES)[number]): Promise<Cost> {
  const spec: ContenderSpec = {
    ...conduit,
    flags: [...(conduit.flags ?? []), '--import', join(import.meta.dirname, 'withoutPage.ts')],
    environment: { ...conduit.environment, ...(side === 'without' ? { BENCH_WITHOUT_PAGE: '1' } : {}) },
  }
  await using service = await startContender(spec, { DATABASE_URL: url })
  const [startMs, startMb] = [cpuMilliseconds(service.pid), residentMegabytes(service.pid)]
  let left = REQUESTS
  const post = async (): Promise<void> => {
    while (left-- > 0) {
      const answer = await fetch(`${service.url}/v1/jobs`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JOB,
      })
      if (answer.status !== 202) throw new Error(await answer.text())
      await answer.arrayBuffer()
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, post))
  const laterMb = residentMegabytes(service.pid)
  if (startMs === null || startMb === null || laterMb === null) throw new Error('only Linux tells what processes use')
  return { startMs, startMb, laterMb }
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length / 2
  return ((sorted[Math.ceil(middle) - 1] ?? 0) + (sorted[Math.floor(middle)] ?? 0)) / 2
}
