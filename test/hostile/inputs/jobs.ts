import { FORBIDDEN_URLS } from './addresses.ts'

/** A job that is accepted, and how its one step must end. */
export type HostileJob = {
  readonly name: string
  readonly step: object
  readonly status: string
  readonly type: string
}

const request = (
  name: string,
  parameters: object,
  status = 'INVALID_ARGUMENT',
  type = 'InvalidArgument',
): HostileJob => ({
  name,
  step: { action: 'HTTP.REQUEST', parameters: { url: 'https://conduit.invalid/', timeout_seconds: 5, ...parameters } },
  status,
  type,
})
const header = (name: string, value: string): HostileJob =>
  request(`HTTP.REQUEST with the header ${JSON.stringify([name, value]).slice(0, 50)}`, { headers: { [name]: value } })

/** What HTTP.REQUEST must not be talked into. */
export const hostileJobs: readonly HostileJob[] = [
  ...FORBIDDEN_URLS.map((url) => request(`HTTP.REQUEST to ${JSON.stringify(url).slice(0, 60)}`, { url })),
  ...['a\r\nx: y', 'a\nx: y', 'a\0', 'a\r'].map((value) => header('x-a', value)),
  ...['x a', 'x:', 'x\r\ny', '', 'é', 'x\0'].map((name) => header(name, 'a')),
  ...['Host', 'Content-Length', 'Transfer-Encoding', 'connection', 'upgrade', 'TE', 'expect'].map((name) =>
    header(name, '1'),
  ),
  request('HTTP.REQUEST by CONNECT', { method: 'CONNECT' }, 'INVALID_TYPE', 'InvalidType'),
  request('HTTP.REQUEST by a method with a line end', { method: 'GET\r\nX: y' }, 'INVALID_TYPE', 'InvalidType'),
  request('HTTP.REQUEST for a gigabyte', { max_bytes: 1e9 }, 'INVALID_TYPE', 'InvalidType'),
  request('HTTP.REQUEST for a day', { timeout_seconds: 86_400 }, 'INVALID_TYPE', 'InvalidType'),
  request('HTTP.REQUEST to a name that is none', {}, 'UNHANDLED_EXCEPTION', 'HostNotFound'),
  {
    name: 'TIME.SLEEP for a year',
    step: { action: 'TIME.SLEEP', parameters: { seconds: 31_536_000 } },
    status: 'INVALID_TYPE',
    type: 'InvalidType',
  },
  {
    name: 'TIME.SLEEP for less than nothing',
    step: { action: 'TIME.SLEEP', parameters: { seconds: -1 } },
    status: 'INVALID_TYPE',
    type: 'InvalidType',
  },
]
