import { type Client, createClient } from '@conduit-jobs/client'

/** Where the page stands, with whatever a proxy put before it: `/ui`. Scripts lie in `/ui/assets/`. */
export const PAGE_PATH = import.meta.env.DEV
  ? '/ui'
  : new URL(/* @vite-ignore */ '..', import.meta.url).pathname.replace(/\/$/, '')
const SERVICE_URL = new URL(`${PAGE_PATH}/..`, window.location.href).href

/** The service that the page came from. Changes need a header that no foreign page can send, beside the cookie. */
export const service: Client = createClient({
  baseUrl: SERVICE_URL,
  headers: { 'x-conduit-session': '1' },
  retries: 2,
})

/** The address of a route, as a person pastes it. */
export function addressOf(path: string): string {
  return service.url(path)
}
