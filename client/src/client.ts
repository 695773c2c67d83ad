import type { Me } from './types.ts'
import { type ClientOptions, type Method, type RequestOptions, Transport } from './transport.ts'
import { Audit, Keys, TenantLimits } from './verbs/access.ts'
import { Definitions } from './verbs/definitions.ts'
import { Questions } from './verbs/questions.ts'
import { Schedules } from './verbs/schedules.ts'
import { Secrets } from './verbs/secrets.ts'
import { Blocks } from './verbs/blocks.ts'
import { Jobs } from './verbs/jobs.ts'
import { Webhooks } from './verbs/webhooks.ts'

/** A service, by its nouns. */
export type Client = {
  readonly jobs: Jobs
  readonly definitions: Definitions
  readonly schedules: Schedules
  readonly questions: Questions
  readonly secrets: Secrets
  readonly blocks: Blocks
  readonly webhooks: Webhooks
  readonly keys: Keys
  readonly limits: TenantLimits
  readonly audit: Audit
  /** Who the key belongs to, and what it may do. */
  me(): Promise<Me>
  /** Any other route, its JSON as the type that you name: `request<Health>('GET', '/readyz')`. */
  request<T>(method: Method, path: string, options?: RequestOptions): Promise<T>
  /** The address of a path of the service. */
  url(path: string, query?: RequestOptions['query']): string
}

/** A client of the service at `baseUrl`. It opens nothing until it is asked for something. */
export function createClient(options: ClientOptions): Client {
  const transport = new Transport(options)
  return {
    jobs: new Jobs(transport),
    definitions: new Definitions(transport),
    schedules: new Schedules(transport),
    questions: new Questions(transport),
    secrets: new Secrets(transport),
    blocks: new Blocks(transport),
    webhooks: new Webhooks(transport),
    keys: new Keys(transport),
    limits: new TenantLimits(transport),
    audit: new Audit(transport),
    me: () => transport.json('GET', '/v1/me'),
    request: (method, path, request) => transport.json(method, path, request),
    url: (path, query) => transport.url(path, query),
  }
}
