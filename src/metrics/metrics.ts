import { collectDefaultMetrics, Registry } from '@prometheus-io/client'
import type { Telemetry } from '../telemetry.ts'
import { countEvents } from './counters.ts'
import { type GaugeSources, readGauges } from './gauges.ts'
import { tellProcess } from './process.ts'

/** What `/metrics` tells. */
export type Metrics = { readonly contentType: string; text(): Promise<string> }

/** Collects Node's own metrics and Conduit's: what telemetry tells is counted, the rest is read when it is asked for. */
export function collectMetrics(telemetry: Telemetry, sources: GaugeSources | null): Metrics {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  countEvents(telemetry, registry)
  tellProcess(registry)
  if (sources !== null) readGauges(registry, sources)
  return { contentType: registry.contentType, text: () => registry.metrics() }
}
