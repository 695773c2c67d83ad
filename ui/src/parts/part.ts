import { type ComponentType, type LazyExoticComponent, lazy } from 'react'

/** A file of the page did not arrive, though the service answers. */
export class PartMissing extends Error {
  override readonly name = 'PartMissing'
}

/** One that was just loaded anew is not loaded again by itself: replicas of two versions take turns, perhaps. */
const LATELY_MS = 10_000

/**
 * What is loaded when it is first shown. Where a newer page took its file away, the whole page is loaded anew, at the
 * address that was asked for.
 */
export function part<Props>(load: () => Promise<ComponentType<Props>>): LazyExoticComponent<ComponentType<Props>> {
  return lazy(async () => ({ default: await load().catch(loadedAnew) }))
}

async function loadedAnew(reason: unknown): Promise<never> {
  // Where the service is away this throws what is thrown where nothing answers.
  const document = await fetch(location.href, { headers: { accept: 'text/html' }, cache: 'no-store' })
  const isNewer = document.ok && !(await document.text()).includes(ownScript())
  if (!isNewer || isLoadedAnew()) throw new PartMissing(String(reason), { cause: reason })
  location.reload()
  return await new Promise<never>(() => undefined)
}

/** The name of the script that this page began with. */
function ownScript(): string {
  const script = document.querySelector<HTMLScriptElement>('script[type=module]')
  return script?.src.split('/').at(-1) ?? ''
}

function isLoadedAnew(): boolean {
  const [begun] = performance.getEntriesByType('navigation')
  return begun instanceof PerformanceNavigationTiming && begun.type === 'reload' && performance.now() < LATELY_MS
}
