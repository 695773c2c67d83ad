import { monitorEventLoopDelay } from 'node:perf_hooks'
import { Gauge, type Registry } from '@prometheus-io/client'
import { VERSION } from '../version.ts'

const NANOSECONDS = 1e9

/** Tells of this process: what it is, and how long its event loop was held since it was last asked. */
export function tellProcess(registry: Registry): void {
  const registers = [registry]
  const build = new Gauge({
    name: 'conduit_build_info',
    help: 'Always 1; which versions answer.',
    labelNames: ['version', 'node'],
    registers,
  })
  build.set({ version: VERSION, node: process.versions.node }, 1)
  const delay = monitorEventLoopDelay({ resolution: 20 })
  delay.enable()
  void new Gauge({
    name: 'conduit_event_loop_delay_seconds',
    help: 'The longest delay of the event loop since the metrics were last read.',
    registers,
    collect() {
      this.set(Math.max(0, delay.max / NANOSECONDS))
      delay.reset()
    },
  })
}
