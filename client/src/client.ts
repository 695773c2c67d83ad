import { type ClientOptions, type Method, type RequestOptions, Transport } from './transport.ts'
import { Audit, Keys, TenantLimits } from './verbs/access.ts'
import { Blocks } from './verbs/blocks.ts'
import { Jobs } from './verbs/jobs.ts'
import { Webhooks } from './verbs/webhooks.ts'

/** A service, by its nouns. */
export type Client = {
  readonly jobs: Jobs
  readonly blocks: Blocks
  readonly webhooks: Webhooks
  readonly keys: Keys
  readonly limits: TenantLimits
  readonly audit: Audit
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
    blocks: new Blocks(transport),
    webhooks: new Webhooks(transport),
    keys: new Keys(transport),
    limits: new TenantLimits(transport),
    audit: new Audit(transport),
    request: (method, path, request) => transport.json(method, path, request),
    url: (path, query) => transport.url(path, query),
  }
}
