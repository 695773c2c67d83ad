import { readFileSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import { join } from 'node:path'
import type { ContenderSpec } from './contender.ts'
import { GOALS } from './contenders.ts'
import type { Extras } from './extras.ts'
import { BATCHES, type Throughput } from './throughput.ts'

type Runs = ReadonlyMap<string, readonly Throughput[]>

export type Measured = {
  readonly contenders: readonly ContenderSpec[]
  /** By the names of contenders: jobs one by one, and in batches. `others`: what else Conduit was posted. */
  readonly measured: { readonly single: Runs; readonly batches: Runs; readonly others: Runs }
  readonly extras: Extras | null
  readonly server: string
}

/** Everything that was measured, as Markdown: medians, ratios of medians, versions. */
export function report({ contenders, measured, extras, server }: Measured): string {
  const runs = Math.max(...[...measured.single.values()].map((values) => values.length))
  const emptyMicroseconds = median((measured.single.get('empty') ?? []).map((one) => one.serverMicroseconds))
  const cpu = cpus()
  const lines = [
    '# Results',
    '',
    `Made by \`npm run bench:service\` on ${new Date().toISOString().slice(0, 10)}: ${cpu.length} × ${cpu[0]?.model.trim() ?? 'CPU'},`,
    `${Math.round(totalmem() / 1024 ** 3)} GB, ${server}, Node ${process.versions.node}; load and database on the same machine.`,
    `Medians of ${runs} runs. bench/README.md says what is measured, and how. E is the CPU time that the empty route took in this`,
    'very run: what differs by machine is less of it than of microseconds, but not nothing.',
    '',
    ...throughputTable(contenders, measured.single, emptyMicroseconds, GOALS),
  ]
  const inBatches = contenders.filter(({ name }) => measured.batches.has(name))
  if (inBatches.length > 0) {
    lines.push('', `The same jobs, ${BATCHES.size} in a request, over ${BATCHES.connections} connections:`, '')
    lines.push(...throughputTable(inBatches, measured.batches, emptyMicroseconds, {}))
  }
  if (measured.others.size > 0) {
    lines.push(
      '',
      'Other jobs, by Conduit; what they cost over a job of three pure steps, without a key, over 64 connections:',
      '',
    )
    lines.push(...othersTable(measured.others, measured.single.get('conduit') ?? [], emptyMicroseconds))
  }
  if (extras !== null) lines.push('', ...extrasTable(extras, measured.single.get('conduit') ?? []))
  return `${lines.join('\n')}\n`
}

function throughputTable(
  contenders: readonly ContenderSpec[],
  measured: Runs,
  e: number | null,
  goals: Readonly<Record<string, number>>,
): string[] {
  const rate = (name: string): number =>
    median((measured.get(name) ?? []).map((one) => one.jobsPerSecond)) ?? Number.NaN
  const rows = contenders.map((spec) => {
    const runs = measured.get(spec.name) ?? []
    const ratio = rate('conduit') / rate(spec.name)
    const goal = goals[spec.name]
    const server = median(runs.map((one) => one.serverMicroseconds))
    const postgres = median(runs.map((one) => one.postgresMicroseconds))
    return [
      spec.package === null ? spec.name : `${spec.name} ${versionOf(spec)}`,
      spec.records,
      whole(rate(spec.name)),
      spec.name === 'conduit' ? '1' : ratio.toFixed(2),
      goal === undefined ? '' : String(goal),
      whole(server),
      inE(server, e),
      whole(postgres),
      inE(postgres, e),
      whole(median(runs.map((one) => one.peakMegabytes))),
    ]
  })
  return table(
    [
      'contender',
      'records',
      'jobs/s',
      'Conduit is … times as fast',
      'goal',
      'server CPU, µs a job',
      'server, E',
      'Postgres CPU, µs a job',
      'Postgres, E',
      'peak MB',
    ],
    rows,
  )
}

function othersTable(others: Runs, single: readonly Throughput[], e: number | null): string[] {
  const [ofServer, ofPostgres] = [
    median(single.map((one) => one.serverMicroseconds)) ?? Number.NaN,
    median(single.map((one) => one.postgresMicroseconds)) ?? Number.NaN,
  ]
  const rows = [...others].map(([name, runs]) => {
    const server = median(runs.map((one) => one.serverMicroseconds)) ?? Number.NaN
    const postgres = median(runs.map((one) => one.postgresMicroseconds)) ?? Number.NaN
    const all = (server + postgres) / (ofServer + ofPostgres)
    return [
      name,
      whole(median(runs.map((one) => one.jobsPerSecond))),
      `${inE(server, e)} (${(server / ofServer).toFixed(2)})`,
      `${inE(postgres, e)} (${(postgres / ofPostgres).toFixed(2)})`,
      all.toFixed(2),
    ]
  })
  return table(['job', 'jobs/s', 'server, E (times)', 'Postgres, E (times)', 'both together, times'], rows)
}

function extrasTable({ wait, readyMs, replicas }: Extras, conduit: readonly Throughput[]): string[] {
  const peak = median(conduit.map((one) => one.peakMegabytes))
  return table(
    ['Conduit alone', 'measured', 'goal'],
    [
      ['a single job, `Prefer: wait`, p50 / p99', `${wait.p50.toFixed(1)} / ${wait.p99.toFixed(1)} ms`, '4 / 15 ms'],
      ['peak resident memory under load', `${whole(peak)} MB`, '250 MB'],
      ['ready on a migrated database', `${Math.round(readyMs)} ms`, '1000 ms'],
      [
        'two replicas over one, same load',
        `${(replicas.two / replicas.one).toFixed(2)} (${whole(replicas.two)} over ${whole(replicas.one)} jobs/s)`,
        '1',
      ],
    ],
  )
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)]
}

function versionOf(spec: ContenderSpec): string {
  const folder = spec.name === 'restate' ? 'restate/node_modules' : 'node_modules'
  const manifest = readFileSync(join(import.meta.dirname, folder, spec.package ?? '', 'package.json'), 'utf8')
  return (JSON.parse(manifest) as { version: string }).version
}

function median(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null).sort((a, b) => a - b)
  return known.length === 0 ? null : (known[Math.floor(known.length / 2)] ?? null)
}

/** CPU time in units of the empty route's. */
function inE(microseconds: number | null, e: number | null): string {
  return microseconds === null || e === null || e === 0 ? '' : (microseconds / e).toFixed(1)
}

function whole(value: number | null): string {
  return value === null || Number.isNaN(value) ? '' : String(Math.round(value))
}
