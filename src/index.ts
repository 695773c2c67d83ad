export { type Conduit, type ConduitOptions, createConduit } from './compose/conduit.ts'
export {
  type Block,
  type BlockContext,
  type BlockDefinition,
  type BlockExample,
  type BlockJob,
  type BlockLog,
  type BlockStep,
  defineBlock,
  Type,
} from './engine/block.ts'
export type { AskFor } from './compose/askFor.ts'
export type { Definitions } from './compose/definitions.ts'
export type { Jobs } from './compose/jobs.ts'
export type { Schedules } from './compose/schedules.ts'
export type { Secrets } from './compose/secrets.ts'
export type { Questions } from './compose/questions.ts'
export { InvalidArgument, StepAborted, StopJob } from './engine/errors.ts'
export type { Registry } from './engine/registeredBlock.ts'
export { createRegistry } from './engine/registry.ts'
export { RegistryError } from './engine/registeredBlock.ts'
export type { OnJobFinish, OnStepUpdate } from './executor/run/hooks.ts'
export { type RunJobOptions, runJob } from './compose/runJob.ts'
export { type ValidateJobOptions, validateJob } from './compose/validateJob.ts'
export { Telemetry, type TelemetryEvents } from './telemetry.ts'
export type { JobWire as Job, StepWire as Step } from './wire/job.ts'
export type { QuestionWire as Question } from './wire/question.ts'
export { ProblemError } from './wire/problem.ts'
