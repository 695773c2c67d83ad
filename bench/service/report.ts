import { readFileSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import { join } from 'node:path'
import type { ContenderSpec } from './contender.ts'
import { GOALS } from './contenders.ts'
import type { Extras } from './extras.ts'
import type { Throughput } from './throughput.ts'

export type Measured = {
  readonly contenders: readonly ContenderSpec[]
  readonly measured: ReadonlyMap<string, readonly Throughput[]>
  readonly extras: Extras | null
  readonly server: string
}

/** Everything that was measured, as Markdown: medians, ratios of medians, versions. */
export function report({ contenders, measured, extras, server }: Measured): string {
  const runs = Math.max(...[...measured.values()].map((values) => values.length))
  const cpu = cpus()
  const lines = [
    '# Results',
    '',
    `Made by \`npm run bench:service\` on ${new Date().toISOString().slice(0, 10)}: ${cpu.length} × ${cpu[0]?.model.trim() ?? 'CPU'},`,
    `${Math.round(totalmem() / 1024 ** 3)} GB, ${server}, Node ${process.versions.node}; load and database on the same machine.`,
    `Medians of ${runs} runs. bench/README.md says what is measured, and how.`,
    '',
    ...throughputTable(contenders, measured),
  ]
  if (extras !== null) lines.push('', ...extrasTable(extras, measured.get('conduit') ?? []))
  return `${lines.join('\n')}\n`
}

function throughputTable(contenders: readonly ContenderSpec[], measured: Measured['measured']): string[] {
  const rate = (name: string): number =>
    median((measured.get(name) ?? []).map((one) => one.jobsPerSecond)) ?? Number.NaN
  const rows = contenders.map((spec) => {
    const runs = measured.get(spec.name) ?? []
    const ratio = rate('conduit') / rate(spec.name)
    const goal = GOALS[spec.name]
    return [
      spec.package === null ? spec.name : `${spec.name} ${versionOf(spec)}`,
      spec.records,
      whole(rate(spec.name)),
      spec.name === 'conduit' ? '1' : ratio.toFixed(2),
      goal === undefined ? '' : String(goal),
      whole(median(runs.map((one) => one.serverMicroseconds))),
      whole(median(runs.map((one) => one.postgresMicroseconds))),
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
      'Postgres CPU, µs a job',
      'peak MB',
    ],
    rows,
  )
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

function whole(value: number | null): string {
  return value === null || Number.isNaN(value) ? '' : String(Math.round(value))
}
