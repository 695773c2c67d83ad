import { listAudit } from './audit/list.ts'
import { submitBatch } from './batches/submit.ts'
import { listBlocks } from './blocks/list.ts'
import { readBlock } from './blocks/read.ts'
import { beginOperation, readOperation } from './bulk/begin.ts'
import { readSchema } from './blocks/schema.ts'
import type { Caller } from './caller.ts'
import { listJobDeliveries, listWebhookDeliveries } from './deliveries/list.ts'
import { redeliverFailedToWebhook, redeliverToCallback, redeliverToWebhook } from './deliveries/redeliver.ts'
import { putNamedDefinition } from './definitions/put.ts'
import { listDefinitionVersions, listNamedDefinitions, readNamedDefinition } from './definitions/read.ts'
import { testNamedDefinition } from './definitions/runTests.ts'
import { validateNamedDefinition } from './definitions/validate.ts'
import { removeNamedDefinition } from './definitions/remove.ts'
import type { ServiceDeps } from './deps.ts'
import { admitStream } from './jobs/admitStream.ts'
import { cancelJob } from './jobs/cancel.ts'
import { readJobDefinition } from './jobs/definition.ts'
import { firstEvents, listEvents } from './jobs/events.ts'
import { createLaterAnswers } from './jobs/later.ts'
import { listJobs } from './jobs/list.ts'
import { makeJobToken } from './jobs/makeToken.ts'
import { readJob, readJobVersion } from './jobs/read.ts'
import { removeJob } from './jobs/remove.ts'
import { dryRunJob } from './jobs/dryRun.ts'
import { rerunJob } from './jobs/rerun.ts'
import { rescheduleJob } from './jobs/reschedule.ts'
import { listSteps, readStep } from './jobs/steps.ts'
import { signalJob } from './jobs/signal.ts'
import { submitJob } from './jobs/submit.ts'
import { validateJob } from './jobs/validate.ts'
import { waitForJob } from './jobs/wait.ts'
import { watchEvents } from './jobs/watch.ts'
import { changeKey } from './keys/change.ts'
import { createKey } from './keys/create.ts'
import { listKeys } from './keys/list.ts'
import { readKey } from './keys/read.ts'
import { revokeKey } from './keys/revoke.ts'
import { rotateKey } from './keys/rotate.ts'
import { readLimits } from './limits/read.ts'
import { setLimits } from './limits/set.ts'
import { readMe } from './me/read.ts'
import { createReadiness } from './readiness.ts'
import { createAnswersByLink } from './questions/byLink.ts'
import { answerQuestion } from './questions/answer.ts'
import { listQuestions, readQuestion } from './questions/read.ts'
import { backfillSchedule, triggerSchedule } from './schedules/act.ts'
import { changeNamedSchedule } from './schedules/change.ts'
import { putNamedSchedule } from './schedules/put.ts'
import { listNamedSchedules, readNamedSchedule, removeNamedSchedule } from './schedules/read.ts'
import { putTenantSecret } from './secrets/put.ts'
import { listTenantSecrets, readTenantSecret, removeTenantSecret } from './secrets/read.ts'
import { readStats } from './stats/read.ts'
import { changeWebhook } from './webhooks/change.ts'
import { createWebhook } from './webhooks/create.ts'
import { listWebhooks } from './webhooks/list.ts'
import { readWebhook } from './webhooks/read.ts'
import { removeWebhook } from './webhooks/remove.ts'
import { rotateWebhookSecret } from './webhooks/rotateSecret.ts'
import { sendTestMessage } from './deliveries/sendTest.ts'

const JOBS = {
  submit: submitJob,
  read: readJob,
  readVersion: readJobVersion,
  wait: waitForJob,
  list: listJobs,
  readDefinition: readJobDefinition,
  cancel: cancelJob,
  remove: removeJob,
  reschedule: rescheduleJob,
  rerun: rerunJob,
  dryRun: dryRunJob,
  signal: signalJob,
  validate: validateJob,
  listSteps,
  readStep,
  firstEvents,
  listEvents,
  watchEvents,
  admitStream,
  makeToken: makeJobToken,
}

const WEBHOOKS = {
  create: createWebhook,
  list: listWebhooks,
  read: readWebhook,
  change: changeWebhook,
  remove: removeWebhook,
  rotateSecret: rotateWebhookSecret,
  sendTest: sendTestMessage,
}

const DEFINITIONS = {
  put: putNamedDefinition,
  list: listNamedDefinitions,
  read: readNamedDefinition,
  listVersions: listDefinitionVersions,
  remove: removeNamedDefinition,
  test: testNamedDefinition,
  validate: validateNamedDefinition,
}

const SCHEDULES = {
  put: putNamedSchedule,
  change: changeNamedSchedule,
  list: listNamedSchedules,
  read: readNamedSchedule,
  remove: removeNamedSchedule,
  trigger: triggerSchedule,
  backfill: backfillSchedule,
}

const KEYS = {
  create: createKey,
  list: listKeys,
  read: readKey,
  change: changeKey,
  rotate: rotateKey,
  revoke: revokeKey,
}

/**
 * What a caller may do, noun by noun, over what it stands on. This is all that a door gets: the store is out of its
 * reach, so there is no way round a check.
 */
export function createService(deps: ServiceDeps) {
  return {
    jobs: bind(deps, JOBS),
    batches: bind(deps, { submit: submitBatch }),
    deliveries: bind(deps, {
      listOfWebhook: listWebhookDeliveries,
      listOfJob: listJobDeliveries,
      redeliverToWebhook,
      redeliverToCallback,
      redeliverFailedToWebhook,
    }),
    webhooks: bind(deps, WEBHOOKS),
    definitions: bind(deps, DEFINITIONS),
    schedules: bind(deps, SCHEDULES),
    questions: bind(deps, { list: listQuestions, read: readQuestion, answer: answerQuestion }),
    secrets: bind(deps, {
      put: putTenantSecret,
      list: listTenantSecrets,
      read: readTenantSecret,
      remove: removeTenantSecret,
    }),
    blocks: bind(deps, { list: listBlocks, read: readBlock, schema: readSchema }),
    keys: bind(deps, KEYS),
    limits: bind(deps, { read: readLimits, set: setLimits }),
    audit: bind(deps, { list: listAudit }),
    bulk: bind(deps, { begin: beginOperation, read: readOperation }),
    stats: bind(deps, { read: readStats }),
    me: bind(deps, { read: readMe }),
    /** For people with a link, who have no caller: the link is what they may do. */
    byLink: createAnswersByLink(deps),
    /** For what sends answers: whoever gets one has been allowed it. */
    answerLater: createLaterAnswers(deps),
    /** For probes, which have no caller. */
    checkReadiness: createReadiness(deps),
  }
}

/** All that a caller may do, by its noun. */
export type Service = ReturnType<typeof createService>

/** A thing that a caller can do: who asks, what is asked. */
type Verb = (deps: ServiceDeps, caller: Caller, ...request: never[]) => unknown

/** A verb without what it stands on. */
type Bound<V extends Verb> = V extends (deps: never, ...asked: infer Asked) => infer Result
  ? (...asked: Asked) => Result
  : never

function bind<Verbs extends Readonly<Record<string, Verb>>>(
  deps: ServiceDeps,
  verbs: Verbs,
): { readonly [Name in keyof Verbs]: Bound<Verbs[Name]> } {
  const bound = Object.entries(verbs).map(([name, verb]) => [name, verb.bind(null, deps)])
  return Object.fromEntries(bound)
}
