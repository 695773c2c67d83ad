import { type Client, createClient } from '@conduit-jobs/client'

/** Where the page stands, with whatever a proxy put before it: `/ui`. Scripts lie in `/ui/assets/`. */
export const PAGE_PATH = import.meta.env.DEV
  ? '/ui'
  : new URL(/* @vite-ignore */ '..', import.meta.url).pathname.replace(/\/$/, '')
const SERVICE_URL = new URL(`${PAGE_PATH}/..`, window.location.href).href

/** They ask who is there, and say by 401 that nobody is. */
const ABOUT_SESSION = /\/v1\/(me|session)$/
const endings = new Set<() => void>()

/** Tells where the service no longer knows who asks, whatever was asked for. Gives what ends it. */
export function onSessionEnd(tell: () => void): () => void {
  endings.add(tell)
  return () => endings.delete(tell)
}

async function fetchTelling(...asked: Parameters<typeof fetch>): Promise<Response> {
  const answer = await fetch(...asked)
  if (answer.status === 401 && !ABOUT_SESSION.test(new URL(answer.url).pathname)) for (const tell of endings) tell()
  return answer
}

/** The service that the page came from. Changes need a header that no foreign page can send, beside the cookie. */
export const service: Client = createClient({
  baseUrl: SERVICE_URL,
  headers: { 'x-conduit-session': '1' },
  retries: 2,
  fetch: fetchTelling,
})

/** The address of a route, as a person pastes it. */
export function addressOf(path: string): string {
  return service.url(path)
}
