// What programs import: of a checkout its sources, of an installed package what was built of them. An old Node gets one
// line that says so. A test holds the names to those of src/index.ts.
import { existsSync } from 'node:fs'
import { complaint } from './nodeVersion.js'

const wrong = complaint()
if (wrong !== null) {
  const error = new Error(wrong)
  error.stack = wrong
  throw error
}
const source = new URL('../src/index.ts', import.meta.url)
const all = await import(existsSync(source) ? source.href : new URL('../dist/index.js', import.meta.url).href)
export const {
  createConduit,
  createRegistry,
  defineBlock,
  InvalidArgument,
  ProblemError,
  RegistryError,
  runJob,
  StepAborted,
  StopJob,
  Telemetry,
  Type,
  validateJob,
} = all
