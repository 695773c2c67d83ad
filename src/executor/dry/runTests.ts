import stringify from 'safe-stable-stringify'
import type { Registry } from '../../engine/registeredBlock.ts'
import { ClientSchema } from '../../engine/schemas/clientSchema.ts'
import type { Json } from '../../engine/values/json.ts'
import { pointerPart } from '../../engine/values/pointer.ts'
import { hideInputs } from '../../secrets/inputs.ts'
import type { TestResult, TestResults } from '../../wire/definitionTests.ts'
import type { DefinitionTest, NamedContent } from '../../wire/namedDefinition.ts'
import { type DefinitionRules, parseJob } from '../../wire/parseDefinition.ts'
import { type DryRun, dryRun } from './dryRun.ts'

type Problem = TestResult['problems'][number]

/** What tests run with. */
export type TestRun = {
  readonly registry: Registry
  readonly rules: DefinitionRules
  readonly tenant: string
  readonly now: number
}

/** All tests of a definition together take no longer than this of the real time; those behind it fail. */
const MOST_MS = 30_000

/** Runs the tests of a definition, one after another. Throws `invalid-definition` for one that could not be a job. */
export async function runTests(name: string, content: NamedContent, world: TestRun): Promise<TestResults> {
  const until = performance.now() + MOST_MS
  const tests: TestResult[] = []
  for (const [i, test] of content.tests.entries()) {
    const pointer = `/tests/${i}`
    const problems =
      performance.now() > until
        ? [{ pointer, detail: 'was not run: the tests before it took too long' }]
        : await problemsOf(name, content, test, pointer, world)
    tests.push({ name: test.name, success: problems.length === 0, problems })
  }
  return { success: tests.every(({ success }) => success), tests }
}

async function problemsOf(
  name: string,
  { job, inputs: schemaOfInputs, content }: NamedContent,
  test: DefinitionTest,
  pointer: string,
  { registry, rules, tenant, now }: TestRun,
): Promise<Problem[]> {
  const given = test.local_values ?? {}
  const schema = schemaOfInputs === null ? null : new ClientSchema(schemaOfInputs)
  const values = schema?.withDefaults(given) ?? given
  const errors = schema?.problems(values) ?? []
  if (errors.length > 0) {
    return errors.map((error) => ({ pointer: `${pointer}/local_values${error.pointer}`, detail: error.detail }))
  }
  const hidden = hideInputs(values, schema?.secretPointers(values) ?? [])
  const parsed = parseJob({ ...job, name: content['title'] ?? name, local_values: hidden?.shown ?? values }, rules)
  const ran = await dryRun(parsed, test, registry, { tenant, now, inputs: hidden?.known ?? null })
  return [
    ...ran.missing.map((path) => ({
      pointer: `${pointer}/mocks${pointerPart(path)}`,
      detail: `MockMissing: the step ${path} has effects, and no mock stands for it`,
    })),
    ...unexpected(ran, test.expect, `${pointer}/expect`),
  ]
}

/** What came and was not expected. */
function unexpected({ job, tree }: DryRun, expect: DefinitionTest['expect'], pointer: string): Problem[] {
  const problems: Problem[] = []
  if (job.success !== expect.success) {
    const why = job.error === null ? '' : `: ${job.error.step} failed with ${job.error.type}: ${job.error.message}`
    problems.push({ pointer: `${pointer}/success`, detail: `the job is ${job.state}${why}` })
  }
  if (Object.hasOwn(expect, 'output')) {
    problems.push(...differing(expect.output ?? null, job.output, `${pointer}/output`))
  }
  for (const [path, wanted] of Object.entries(expect.steps ?? {})) {
    const at = `${pointer}/steps${pointerPart(path)}`
    const end = tree.at(path)?.end
    const status = end?.status ?? 'NONE'
    if (wanted.status !== undefined && wanted.status !== status) {
      problems.push({ pointer: `${at}/status`, detail: `is ${status}, not ${wanted.status}` })
    }
    if (Object.hasOwn(wanted, 'return_value')) {
      const value = end?.returnValue ?? null
      problems.push(...differing(wanted.return_value ?? null, value, `${at}/return_value`))
    }
  }
  return problems
}

function differing(wanted: Json, came: Json, pointer: string): Problem[] {
  const [expected, actual] = [stringify(wanted) ?? 'null', stringify(came) ?? 'null']
  return expected === actual ? [] : [{ pointer, detail: `is ${cut(actual)}, not ${cut(expected)}` }]
}

function cut(text: string): string {
  return text.length <= 200 ? text : `${text.slice(0, 200)}…`
}
