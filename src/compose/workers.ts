import { StreamBudget } from '../access/streamBudget.ts'
import { Versions } from '../definitions/versions.ts'
import { Executor } from '../executor/executor.ts'
import type { ExecutorOptions } from '../executor/options.ts'
import { Feed } from '../feed/feed.ts'
import { blockLogOf } from '../logging.ts'
import { startRetention } from '../retention/retention.ts'
import { AnswerLinks } from '../secrets/answerLinks.ts'
import { SecretShelf } from '../secrets/shelf.ts'
import { callbackRoot } from '../webhooks/callbackRoot.ts'
import { Deliverer, type DelivererOptions } from '../webhooks/deliverer.ts'
import type { Base } from './base.ts'
import type { Store } from './database.ts'
import { delivererOptions, executorOptions } from './options.ts'

/** What runs jobs, and what tells of them. */
export type Workers = Awaited<ReturnType<typeof openWorkers>>

type Given = Pick<ExecutorOptions, 'registry' | 'hooks' | 'globals' | 'isShared'> & Pick<DelivererOptions, 'outbound'>

/** What runs jobs, and what tells of them. */
export async function openWorkers(
  { config, log, telemetry, signals, stack, secrets }: Base,
  { database, location }: Store,
  { outbound, ...given }: Given,
) {
  const versions = new Versions(database)
  stack.defer(() => versions.close())
  const feed = new Feed({ database, versions, directUrl: location.directUrl, telemetry, signals })
  stack.defer(() => feed.close())
  const links = await AnswerLinks.open(database, secrets, config.PUBLIC_URL ?? null)
  const shelf = new SecretShelf(database, telemetry, secrets)
  stack.defer(() => shelf.close())
  const executing = {
    ...executorOptions(config),
    ...given,
    live: feed.live,
    versions,
    database,
    telemetry,
    signals,
    shelf,
    log: blockLogOf(log),
    waitUrl: links.urlOf,
  }
  const executor = await Executor.start({ ...executing, connectionString: location.url })
  stack.defer(() => executor.close())
  const deliverer = new Deliverer({
    ...delivererOptions(config),
    database,
    versions,
    telemetry,
    signals,
    outbound,
    replica: () => executor.replica,
    judge: () => executor.judge,
    now: () => executor.now(),
    box: secrets,
    answerUrl: links.urlOf,
    callbackRoot: config.WEBHOOK_SECRET ?? (await callbackRoot(database, secrets)),
  })
  stack.defer(() => deliverer.close())
  const days = { jobs: config.JOB_RETENTION_DAYS, audit: config.AUDIT_RETENTION_DAYS }
  const retention = startRetention(database, telemetry, days)
  stack.defer(() => retention.stop())
  const streamBudget = new StreamBudget(database, telemetry, signals, () => executor.replica)
  return { versions, feed, executor, secrets, shelf, links, deliverer, streamBudget }
}
