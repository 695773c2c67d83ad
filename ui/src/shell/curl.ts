import { addressOf } from '../service.ts'
import { useMe } from './session.tsx'

/** A shell takes no longer word: systems cut them off at 128 KiB. */
const LONGEST_WORD_BYTES = 100_000

/** Writes a command that posts a body, to be pasted into a shell; where a service has keys it takes one from CONDUIT_KEY. */
export function useCurl(): (path: string, body: unknown) => string {
  const { open } = useMe()
  return (path, body) => curlOf(addressOf(path), JSON.stringify(body), !open)
}

function curlOf(address: string, body: string, needsKey: boolean): string {
  const key = needsKey ? ' -H "Authorization: Bearer $CONDUIT_KEY"' : ''
  const command = `curl -sS '${address}'${key} -H 'content-type: application/json'`
  if (new TextEncoder().encode(body).length < LONGEST_WORD_BYTES)
    return `${command} -d '${body.replaceAll("'", `'\\''`)}'`
  return `${command} --data-binary @- <<'END'\n${body}\nEND`
}
