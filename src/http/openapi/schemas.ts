import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import { Key, KeyChange, KeyInput, KeyRotation, NewKey } from '../../wire/access.ts'
import { AuditEntry } from '../../wire/audit.ts'
import { BatchInput, BatchResults } from '../../wire/batch.ts'
import { BlockWire } from '../../wire/block.ts'
import { BulkInput, BulkOperation } from '../../wire/bulk.ts'
import { BranchInput, Callback, CatchInput, JobByName, JobInput, RetryInput, StepInput } from '../../wire/definition.ts'
import { TestResult, TestResults } from '../../wire/definitionTests.ts'
import { Delivery } from '../../wire/delivery.ts'
import { DryRunInput } from '../../wire/dryRun.ts'
import { Event, JobFinished, StepUpdated, StepWaiting } from '../../wire/event.ts'
import { FunctionWire } from '../../wire/function.ts'
import { Attempt, BlockName, Children, Job, JobError, JobSummary, Status, Step, Waiting } from '../../wire/job.ts'
import { JobToken, JobTokenInput } from '../../wire/jobToken.ts'
import { LimitsInput, LimitsWire } from '../../wire/limits.ts'
import { LiveEvent } from '../../wire/liveEvent.ts'
import {
  JobFinishedMessage,
  StepUpdatedMessage,
  StepWaitingMessage,
  WebhookTestMessage,
} from '../../wire/messageSchema.ts'
import { DefinitionVersion, NamedDefinition } from '../../wire/namedDefinition.ts'
import { FieldError, Problem } from '../../wire/problem.ts'
import { AnswerInput, Question } from '../../wire/question.ts'
import { RedeliveryInput } from '../../wire/redelivery.ts'
import { refTo } from '../../wire/ref.ts'
import { RerunInput } from '../../wire/rerun.ts'
import { Schedule, ScheduleChange, ScheduleInput } from '../../wire/schedule.ts'
import { Secret, SecretInput } from '../../wire/secret.ts'
import { Me, SessionInput } from '../../wire/session.ts'
import { SignalSent } from '../../wire/signal.ts'
import { Stats } from '../../wire/stats.ts'
import { DefinitionProblemWire, ValidationWire } from '../../wire/validateDefinition.ts'
import { Webhook, WebhookChange, WebhookInput, WebhookWithSecret } from '../../wire/webhook.ts'
import { problemResponse } from '../problemSchema.ts'

/** The named components of the OpenAPI document. */
const COMPONENTS = [
  FieldError,
  Problem,
  Callback,
  RetryInput,
  CatchInput,
  BranchInput,
  StepInput,
  Attempt,
  Children,
  Waiting,
  LiveEvent,
  JobInput,
  JobByName,
  RerunInput,
  DryRunInput,
  TestResult,
  TestResults,
  Status,
  BlockName,
  Step,
  Job,
  StepUpdated,
  StepWaiting,
  JobFinished,
  Event,
  JobTokenInput,
  JobToken,
  JobError,
  JobSummary,
  Stats,
  RedeliveryInput,
  BulkInput,
  BulkOperation,
  NamedDefinition,
  DefinitionVersion,
  ScheduleChange,
  ScheduleInput,
  Schedule,
  SecretInput,
  Secret,
  BlockWire,
  FunctionWire,
  DefinitionProblemWire,
  ValidationWire,
  KeyInput,
  KeyChange,
  KeyRotation,
  SessionInput,
  SignalSent,
  Question,
  AnswerInput,
  BatchInput,
  BatchResults,
  Me,
  Key,
  NewKey,
  AuditEntry,
  WebhookInput,
  WebhookChange,
  Webhook,
  WebhookWithSecret,
  Delivery,
  StepUpdatedMessage,
  StepWaitingMessage,
  JobFinishedMessage,
  WebhookTestMessage,
  LimitsInput,
  LimitsWire,
]

/** Makes the named components of the OpenAPI document known. */
export function addSchemas(app: FastifyInstance): void {
  for (const schema of COMPONENTS) app.addSchema(schema)
}

/** A page of a list. */
export function pageOf<T>(id: string) {
  return Type.Object({
    data: Type.Array(refTo<T>(id)),
    next_cursor: Type.Union([Type.String(), Type.Null()], {
      description: 'For the next page; null: this was the last.',
    }),
  })
}

/**
 * What a route answers when it can't do what it was asked for, by status, for the OpenAPI document. Whoever needs a key
 * may be told 401 and 403 as well; `guardRoutes` adds these.
 */
export function problems(...statuses: number[]): Record<number, object> {
  return Object.fromEntries(
    [...new Set([400, ...statuses, 406, 429, 500, 503])].map((status) => [status, problemResponse(status)]),
  )
}

/** The id of a job in the path. */
export const JobParams = Type.Object({ id: Type.String({ description: "The job's id." }) })

/** The id of a webhook in the path. */
export const WebhookParams = Type.Object({ id: Type.String({ description: "The webhook's id." }) })

/** Asks only for what has changed. */
export const IfNoneMatch = Type.Object({
  'if-none-match': Type.Optional(
    Type.String({ description: 'ETags that the client has: 304 where one of them still holds.' }),
  ),
})

/** Does it only to the version that the client knows. */
export const IfMatch = Type.Object({
  'if-match': Type.Optional(
    Type.String({ description: 'The ETag that the client read: 412 where it no longer holds.' }),
  ),
})

/** Which page of a list, in a query. */
export const PageQuery = Type.Object({
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200, default: 50 })),
  cursor: Type.Optional(Type.String({ maxLength: 300, description: 'The `next_cursor` of the page before.' })),
})

/** How long to wait for the end, in a query. */
export const WaitQuery = Type.Object({
  wait: Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: 60,
      description: 'Answers only when the job is over, or after so many seconds.',
    }),
  ),
})
