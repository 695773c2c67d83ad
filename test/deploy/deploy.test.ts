import { execFile, execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { Deployment } from 'kubernetes-models/apps/v1/Deployment'
import { HorizontalPodAutoscaler } from 'kubernetes-models/autoscaling/v2/HorizontalPodAutoscaler'
import { PodDisruptionBudget } from 'kubernetes-models/policy/v1/PodDisruptionBudget'
import { Service } from 'kubernetes-models/v1/Service'
import { describe, expect, test } from 'vitest'
import { parse, parseAllDocuments } from 'yaml'
import { readConfig } from '../../src/config/read.ts'
import { startConduit } from '../support/conduit.ts'

const ROOT = join(import.meta.dirname, '../..')
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8')
const run = promisify(execFile)

/** Whether a program of the system is there; without one its test is left out, and says so. */
function has(program: string): boolean {
  try {
    execFileSync('which', [program], { stdio: 'ignore' })
    return true
  } catch {
    process.stdout.write(`${program} is not installed: its test is SKIPPED\n`)
    return false
  }
}

const { groups } = parse(read('deploy/prometheus/alerts.yml')) as {
  groups: { rules: { alert: string; expr: string; annotations: Record<string, string> }[] }[]
}
const rules = groups.flatMap((group) => group.rules)

/** The names of our metrics in an expression, without what histograms add to theirs. */
const metricsIn = (text: string): string[] =>
  [...text.matchAll(/\bconduit_\w+/g)].map(([name]) => name.replace(/_(bucket|count|sum)$/, ''))

describe('the alert rules', () => {
  test.skipIf(!has('promtool'))(
    'pass promtool: each fires on its own series, and none on a quiet service',
    async () => {
      await run('promtool', ['check', 'rules', join(ROOT, 'deploy/prometheus/alerts.yml')])
      const { stdout } = await run('promtool', ['test', 'rules', join(ROOT, 'test/deploy/alerts.test.yml')])
      expect(stdout).toContain('SUCCESS')
    },
  )

  test('each has a test, and an entry in the runbook that its annotation names', () => {
    const runbook = read('docs/runbook.md')
    const headings = [...runbook.matchAll(/^## (\w+)$/gm)].map(([, name]) => name)
    expect(headings).toEqual(rules.map(({ alert }) => alert))
    for (const { alert, annotations } of rules) {
      expect(annotations['runbook']).toBe(`docs/runbook.md#${alert.toLowerCase()}`)
      expect(read('test/deploy/alerts.test.yml')).toContain(
        `alertname: ${alert}\n        exp_alerts:\n          - exp_labels`,
      )
    }
  })
})

test('the dashboard and the alerts name only metrics that a service tells', async () => {
  await using service = await startConduit()
  const told = (await service.request('GET', '/metrics')).body as string
  const known = new Set([...told.matchAll(/^# TYPE (\S+)/gm)].map(([, name = '']) => name))
  const named = [...metricsIn(read('deploy/grafana/conduit.json')), ...rules.flatMap(({ expr }) => metricsIn(expr))]
  expect(new Set(named).size).toBeGreaterThan(20)
  expect(named.filter((name) => !known.has(name))).toEqual([])
})

describe('the manifests for Kubernetes', () => {
  const documents = parseAllDocuments(read('deploy/kubernetes/conduit.yaml')).map((document) => document.toJS())
  const models = { Deployment, Service, PodDisruptionBudget, HorizontalPodAutoscaler }

  test.each(documents.map((document) => [document.kind as keyof typeof models, document] as const))(
    '%s is one by its schema',
    (kind, document) => {
      expect(() => new models[kind](document).validate()).not.toThrow()
    },
  )

  test('leave a pod the time that a drain takes, and scale by what waits', () => {
    const [deployment, , , scaler] = documents
    const { spec } = deployment.spec.template
    const shutdown = Number(
      spec.containers[0].env.find(({ name }: { name: string }) => name === 'SHUTDOWN_SECONDS').value,
    )
    expect(shutdown).toBe(readConfig({}).SHUTDOWN_SECONDS)
    expect(spec.terminationGracePeriodSeconds).toBeGreaterThan(shutdown + 15)
    expect(scaler.spec.metrics[0].external.metric.name).toBe('conduit_queue_oldest_seconds')
  })
})

test.skipIf(!has('systemd-analyze'))('the unit passes systemd-analyze verify', async () => {
  const { stdout, stderr } = await run('systemd-analyze', ['verify', join(ROOT, 'deploy/conduit.service')], {
    env: { ...process.env, SYSTEMD_OFFLINE: '1' },
  })
  const lines = `${stdout}${stderr}`.split('\n').filter((line) => line.includes('conduit.service'))
  expect(lines).toEqual([])
})
