// What programs import. A test holds the names to those of src/index.ts.
import { load } from './load.js'

const all = await load('index')
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
