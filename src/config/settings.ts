import { type Static, Type } from 'typebox'
import type { RecordParameters } from '../engine/run/resolved.ts'

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']
const MAX_SECONDS = 2147483

const flag = (description: string) =>
  Type.Unsafe<'true' | 'false'>(Type.String({ enum: ['true', 'false'], default: 'false', description }))
const count = (initial: number, description: string, minimum = 1, maximum = 2147483647) =>
  Type.Integer({ default: initial, minimum, maximum, description })
const seconds = (initial: number, description: string) =>
  Type.Number({ default: initial, exclusiveMinimum: 0, maximum: MAX_SECONDS, description })

/** A scheme, a host, maybe a port, and nothing behind it: browsers send no slash, and compare letter by letter. */
const ORIGIN = '[a-z][a-z0-9+.-]*://[^\\s,/]+'

/** A name or an address, without a port. */
const HOST_NAME = '(\\[[0-9a-fA-F:.]+\\]|[A-Za-z0-9._-]+)'

/**
 * Every setting, once: types, defaults, the messages of a failed start and `docs/configuration.md` all come from here.
 */
export const Settings = Type.Object({
  HOST: Type.String({
    default: '127.0.0.1',
    description: 'Listen address. Beyond loopback only with a key, or with `ALLOW_ANONYMOUS=true`.',
  }),
  PORT: Type.Integer({
    default: 3000,
    minimum: 0,
    maximum: 65535,
    description: 'Listen port; `0` picks a free one and logs it.',
  }),
  DATABASE_URL: Type.Optional(
    Type.String({
      pattern: '^postgres(ql)?://',
      description: 'Postgres 15 or newer. Left out: an embedded Postgres, its data in `DATA_DIR`.',
      examples: ['postgresql://user:password@host:5432/conduit'],
    }),
  ),
  DATABASE_DIRECT_URL: Type.Optional(
    Type.String({
      pattern: '^postgres(ql)?://',
      description:
        'For migrations and LISTEN, where `DATABASE_URL` goes through a pooler (in session mode). Left out: `DATABASE_URL`; where LISTEN does not work there, a poll each 500 ms finds what other replicas do.',
      examples: ['postgresql://user:password@host:5432/conduit'],
    }),
  ),
  DATABASE_CONNECTIONS: count(
    16,
    'All connections of one replica: one renews the lease, one listens, the rest carries statements. Where the server or the role gives fewer, those have to do.',
    4,
    1000,
  ),
  DATA_DIR: Type.String({
    default: './data',
    description: 'Where the embedded database lives. Not used with `DATABASE_URL`.',
  }),
  LOG_LEVEL: Type.String({ enum: LOG_LEVELS, default: 'info', description: "One of pino's levels." }),
  LOG_FORMAT: Type.Optional(
    Type.Unsafe<'json' | 'pretty'>(
      Type.String({
        enum: ['json', 'pretty'],
        description: 'Lines for programs or for people. Left out: for people on a terminal, else for programs.',
      }),
    ),
  ),
  RECORD_PARAMETERS: Type.Unsafe<RecordParameters>(
    Type.String({
      enum: ['failed', 'always', 'never'],
      default: 'failed',
      description: 'Of which steps the parameters are kept as they were after tags: `resolved`.',
    }),
  ),
  CONCURRENCY: count(
    64,
    'Jobs that one replica runs at once; `0` accepts and tells, but runs nothing. Where more than one tenant has keys, an eighth, at least one, is left free for the others of each.',
    0,
    100000,
  ),
  MAX_QUEUED: count(
    100000,
    'Jobs that may wait, of all tenants together: beyond it 503 with `Retry-After`, but for tenants that have less than their share, which is this number over that of the tenants with jobs that wait.',
  ),
  MAX_TAKEOVERS: count(
    5,
    'Takeovers of a job without a newly recorded step, after which the step in hand is given up.',
    1,
    30000,
  ),
  LEASE_SECONDS: seconds(15, 'A replica that is silent for longer has lost its jobs: others go on with them.'),
  JOB_TIMEOUT_SECONDS: seconds(3600, 'How long a job may run. Queueing does not count, takeovers do.'),
  STEP_TIMEOUT_SECONDS: seconds(
    300,
    'How long a step may run; it then ends as `UNHANDLED_EXCEPTION` with a `TimeoutError`.',
  ),
  MAX_STEP_RUNS: count(
    10000,
    'Records of steps that one job may have, rounds counted; the step beyond it fails.',
    1,
    1000000,
  ),
  SHUTDOWN_SECONDS: seconds(20, 'How long a draining replica waits for running steps.'),
  BLOCKS: Type.Optional(
    Type.String({
      description:
        'Comma-separated paths of modules (`.ts`, `.js`): every exported block is registered; an export `globals` adds to the globals.',
      examples: ['examples/blocks.ts'],
    }),
  ),
  BODY_LIMIT_BYTES: count(1048576, 'Larger request bodies get 413.'),
  BATCH_LIMIT_BYTES: count(16777216, 'Larger batches get 413; each definition in one has `BODY_LIMIT_BYTES`.'),
  MIN_READ_BYTES_PER_SECOND: count(
    65536,
    'An answer of 256 KiB or more that is read more slowly than this, over 30 s, is broken off. Of all such answers a tenant may have 64 MiB unsent, then 429.',
  ),
  MAX_STEPS: count(1000, 'More steps in one definition get 422.'),
  VALUE_LIMIT_BYTES: count(
    1048576,
    'The largest return value of a step, as JSON. A larger one ends the step as `UNHANDLED_EXCEPTION` with a `ValueTooLarge`.',
  ),
  VARIABLES_LIMIT_BYTES: count(4194304, 'The largest all variables of a job together may be, as JSON.'),
  JOB_LIMIT_BYTES: count(16777216, 'The same for variables and all return values of one job together.'),
  TENANT_VALUES_BYTES: count(
    134217728,
    'The same for all jobs of one tenant that a replica runs at once. Beyond it jobs with more than an equal share (this number over `CONCURRENCY`) go back to the queue after the step in hand, and go on when there is room; the first one stays.',
  ),
  JOB_RETENTION_DAYS: Type.Number({
    default: 90,
    minimum: 0,
    maximum: 36500,
    description: 'Jobs that ended longer ago are deleted, in small batches; `0` keeps them.',
  }),
  AUDIT_RETENTION_DAYS: Type.Integer({
    default: 400,
    minimum: 90,
    maximum: 36500,
    description:
      'Entries of the audit log that are older are deleted; younger ones can be neither changed nor deleted.',
  }),
  SECRETS_KEY: Type.Optional(
    Type.String({
      minLength: 32,
      description:
        "Encrypts secrets, those of webhooks and callbacks, and the service's own, at rest; 32 random characters or more, the same on every replica.",
    }),
  ),
  SECRETS_KEY_OLD: Type.Optional(
    Type.String({
      // A short one is no mistake: it may have sealed what there is before `SECRETS_KEY` had to be longer.
      pattern: '[^\\s,]',
      description:
        'Comma-separated keys that only open what they sealed: earlier values of `SECRETS_KEY`, of any length.',
      examples: ['the earlier value of SECRETS_KEY'],
    }),
  ),
  ALLOWED_HOSTS: Type.Optional(
    Type.String({
      pattern: `^\\s*${HOST_NAME}(\\s*,\\s*${HOST_NAME})*\\s*,?\\s*$`,
      description:
        'Comma-separated names that a service without keys answers to, beside loopback, `HOST` and (where `HOST` is a wildcard) any IP address.',
      examples: ['conduit.internal'],
    }),
  ),
  PUBLIC_URL: Type.Optional(
    Type.String({
      pattern: '^https?://[^\\s/?#@]+(/[^\\s?#]*)?$',
      description: 'Where users find the service: its origin is no foreign one, and links begin with it.',
      examples: ['https://conduit.example.com'],
    }),
  ),
  ALLOW_ANONYMOUS: flag('`true` lets a service without keys listen beyond loopback.'),
  CORS_ORIGINS: Type.Optional(
    Type.String({
      pattern: `^\\s*(\\*|${ORIGIN}(\\s*,\\s*${ORIGIN})*)\\s*,?\\s*$`,
      description: 'Comma-separated origins that browsers may call from; `*` for all.',
      examples: ['https://app.example.com'],
    }),
  ),
  EMBED_ORIGINS: Type.Optional(
    Type.String({
      pattern: `^\\s*${ORIGIN}(\\s*,\\s*${ORIGIN})*\\s*,?\\s*$`,
      description: 'Comma-separated origins whose pages may frame the view of one job, `/ui/embed/job/ID?token=…`.',
      examples: ['https://shop.example.com'],
    }),
  ),
  WEBHOOK_SECRET: Type.Optional(
    Type.String({
      description:
        'Signs the callbacks of jobs that bring no secret of their own: each tenant has one derived from it, which `npx conduit webhook-secret` shows. 16 random characters or more, the same on every replica. Default: generated once and kept in the database.',
    }),
  ),
  WEBHOOK_RETRY_SCHEDULE: Type.String({
    default: '5s,5m,30m,2h,5h,10h,14h,20h,24h',
    pattern: '^ *\\d{1,9}(ms|s|m|h|d)( *, *\\d{1,9}(ms|s|m|h|d))* *$',
    description: 'Waits between the attempts to deliver one message; up to a fifth is added to each at random.',
  }),
  WEBHOOK_TIMEOUT_SECONDS: seconds(15, 'How long one attempt to deliver a message may take, its answer included.'),
  WEBHOOK_CONNECTIONS_PER_HOST: Type.Integer({
    default: 16,
    minimum: 1,
    maximum: 1000,
    description: 'Attempts that one replica makes at one host (name and port) at once, of all tenants together.',
  }),
  WEBHOOK_ALLOW_PRIVATE: flag(
    '`true` lets webhooks, callbacks and the HTTP block reach loopback and private addresses (development, tests).',
  ),
})

/** The settings of one process, checked and complete. */
export type Config = Static<typeof Settings>
