import { pino } from 'pino'
import type { HttpDeps } from '../src/http/deps.ts'
import { buildServer } from '../src/http/server.ts'
import type { ServiceDeps } from '../src/service/deps.ts'
import { createService } from '../src/service/service.ts'
import { collectMetrics } from '../src/metrics/metrics.ts'
import { Telemetry } from '../src/telemetry.ts'

/** The OpenAPI document as text, from the routes themselves: no database is needed, since no handler is called. */
export async function describeService(): Promise<string> {
  const unused = (name: string): never => {
    throw new Error(`describing the service called ${name}`)
  }
  const neverCalled = (name: string): object => new Proxy({}, { get: () => unused(name) })
  const onlyNamed: ProxyHandler<ServiceDeps> = { get: (_target, name) => neverCalled(String(name)) }
  const service = createService(new Proxy({} as ServiceDeps, onlyNamed))
  const deps = new Proxy({ service, batchLimitBytes: 16777216 } as HttpDeps, {
    get: (target, name) => (name in target || typeof name === 'symbol' ? Reflect.get(target, name) : neverCalled(name)),
  })
  const app = await buildServer({
    deps,
    metrics: collectMetrics(new Telemetry(), null),
    telemetry: new Telemetry(),
    log: pino({ level: 'silent' }),
    bodyLimitBytes: 1048576,
    origins: { host: '127.0.0.1', allowedHosts: [], publicUrl: null, corsOrigins: [], embedOrigins: [] },
  })
  await app.ready()
  const document = `${JSON.stringify(app.swagger(), null, 2)}\n`
  await app.close()
  return document
}
