import { createClient } from '@conduit-jobs/client'
import type { Browser } from 'playwright-core'
import { startConduit } from '../support/conduit.ts'
import { launch } from './browser.ts'
import { submitSamples } from './sampleJobs.ts'

/** A service with sample jobs, and a browser to look at its page with; both are closed by the stack. */
export async function openSamplePage(stack: AsyncDisposableStack): Promise<{ url: string; browser: Browser }> {
  const settings = { PORT: '0', MAX_STEPS: '10000', BODY_LIMIT_BYTES: '8388608' }
  const service = stack.use(await startConduit({ settings }))
  const url = await service.conduit.listen()
  await submitSamples(createClient({ baseUrl: url }))
  return { url, browser: await launch(stack) }
}
