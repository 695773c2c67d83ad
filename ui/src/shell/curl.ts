import { addressOf } from '../service.ts'
import { useMe } from './session.tsx'

/** A shell takes no longer word: systems cut them off at 128 KiB. */
const LONGEST_WORD_BYTES = 100_000

/** Writes a command, to be pasted into a shell, that posts a body where no other method is given; where a service has keys it takes one from CONDUIT_KEY. */
export function useCurl(): (path: string, body: unknown, method?: string) => string {
  const { open } = useMe()
  return (path, body, method) => {
    const asked = curlOf(addressOf(path), method, !open)
    return body === undefined ? asked : withBody(asked, JSON.stringify(body))
  }
}

function curlOf(address: string, method: string | undefined, needsKey: boolean): string {
  const asks = method === undefined ? 'curl -sS' : `curl -sS -X ${method}`
  const key = needsKey ? ' -H "Authorization: Bearer $CONDUIT_KEY"' : ''
  return `${asks} '${address}'${key}`
}

function withBody(asked: string, body: string): string {
  const command = `${asked} -H 'content-type: application/json'`
  if (new TextEncoder().encode(body).length < LONGEST_WORD_BYTES)
    return `${command} -d '${body.replaceAll("'", `'\\''`)}'`
  return `${command} --data-binary @- <<'END'\n${body}\nEND`
}
