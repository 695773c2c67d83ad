import { listOf } from '../config/listOf.ts'
import type { Config } from '../config/settings.ts'
import type { ExecutorOptions } from '../executor/options.ts'
import type { OriginRules } from '../http/auth/origins.ts'
import { judgeUrl } from '../outbound/addresses.ts'
import { OutboundError } from '../outbound/errors.ts'
import { createSecretBox, type SecretBox } from '../secrets/box.ts'
import type { DelivererOptions } from '../webhooks/deliverer.ts'
import { parseRetrySchedule } from '../webhooks/retrySchedule.ts'

/** A line that is silent for twice the lease is given up; on a short lease a busy server still gets its time. */
export function statementTimeoutMs({ LEASE_SECONDS }: Config): number {
  return Math.min(Math.max(LEASE_SECONDS * 2000, 3000), 30_000)
}

/** A drain waits no longer than this for attempts in flight: their messages lose nothing when they are given back. */
const DELIVERY_PATIENCE_MS = 5000

/** What the settings say to the deliverer. */
export function delivererOptions(
  config: Config,
): Pick<DelivererOptions, 'leaseSeconds' | 'schedule' | 'timeoutMs' | 'patienceMs' | 'connectionsPerHost'> {
  return {
    leaseSeconds: config.LEASE_SECONDS,
    schedule: parseRetrySchedule(config.WEBHOOK_RETRY_SCHEDULE),
    timeoutMs: config.WEBHOOK_TIMEOUT_SECONDS * 1000,
    connectionsPerHost: config.WEBHOOK_CONNECTIONS_PER_HOST,
    patienceMs: Math.min(DELIVERY_PATIENCE_MS, config.SHUTDOWN_SECONDS * 1000),
  }
}

/** What the settings say to the executor. */
export function executorOptions(
  config: Config,
): Pick<
  ExecutorOptions,
  | 'limits'
  | 'recordParameters'
  | 'concurrency'
  | 'tenantValuesBytes'
  | 'leaseSeconds'
  | 'maxTakeovers'
  | 'maxQueued'
  | 'shutdownSeconds'
> {
  return {
    limits: {
      valueBytes: config.VALUE_LIMIT_BYTES,
      variablesBytes: config.VARIABLES_LIMIT_BYTES,
      jobBytes: config.JOB_LIMIT_BYTES,
      stepTimeoutMs: config.STEP_TIMEOUT_SECONDS * 1000,
      jobTimeoutMs: config.JOB_TIMEOUT_SECONDS * 1000,
      stepRuns: config.MAX_STEP_RUNS,
    },
    recordParameters: config.RECORD_PARAMETERS,
    concurrency: config.CONCURRENCY,
    tenantValuesBytes: config.TENANT_VALUES_BYTES,
    leaseSeconds: config.LEASE_SECONDS,
    maxTakeovers: config.MAX_TAKEOVERS,
    maxQueued: config.MAX_QUEUED,
    shutdownSeconds: config.SHUTDOWN_SECONDS,
  }
}

/** Says why a URL may not be called, as far as its text tells, or null. */
export function judgedBy(allowPrivate: boolean): (url: string) => string | null {
  return (url) => {
    try {
      judgeUrl(url, { allowPrivate })
      return null
    } catch (error) {
      if (error instanceof OutboundError) return error.message
      throw error
    }
  }
}

/** What seals secrets at rest. */
export function secretBoxOf({ SECRETS_KEY, SECRETS_KEY_OLD }: Config): SecretBox {
  return createSecretBox(SECRETS_KEY, listOf(SECRETS_KEY_OLD))
}

/** By which names the service is known, and whose pages may call it. */
export function originRules({ HOST, ALLOWED_HOSTS, PUBLIC_URL, CORS_ORIGINS, EMBED_ORIGINS }: Config): OriginRules {
  return {
    host: HOST,
    allowedHosts: listOf(ALLOWED_HOSTS),
    publicUrl: PUBLIC_URL ?? null,
    corsOrigins: listOf(CORS_ORIGINS),
    embedOrigins: listOf(EMBED_ORIGINS),
  }
}
