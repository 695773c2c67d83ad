import { STATUS_NAMES } from '../status.ts'
import { type DefinitionProblem, problem } from './problem.ts'
import type { ErrorNames, PostedStep } from './written.ts'

/** Types that the engine and the standard blocks give. Blocks of others have classes of their own. */
const TYPES = [
  'BlockLimitExceeded BlockNotFound CertificateInvalid ChildFailed ConnectionRefused ConnectionReset ExpressionError',
  'ForbiddenBlock GivenUp HostNotFound HostUnreachable InvalidArgument InvalidResponse InvalidType JobExists JobFailed',
  'LimitReached PathTooLong RequestFailed SecretHost SecretMissing StepAborted StepLimitExceeded StopJob TimeoutError',
  'TlsFailed UnreadableBody ValueTooLarge',
].flatMap((line) => line.split(' '))

const KNOWN = new Map([...TYPES, ...STATUS_NAMES].map((name) => [plain(name), name]))

/** A status of HTTP, or a kind of them, however it is written. */
const HTTP = /^(?:http)?(?:status)?([45](?:\d\d|xx))$/

/** Names that no error has as they are written, so that they name nothing: `429`, `http5xx`, `timeouterror`. */
export function errorNameProblems({ on = [], not_on = [] }: ErrorNames, pointer: string): DefinitionProblem[] {
  const lists = { on, not_on }
  return Object.entries(lists).flatMap(([list, names]) =>
    names.flatMap((name, i) => {
      const meant = meantBy(name)
      if (meant === null || meant === name) return []
      return [problem('never', `${pointer}/${list}/${i}`, `no error is called ${name}; did you mean ${meant}?`, meant)]
    }),
  )
}

/** The rules of a step's `retry`, and where each stands. */
export function rulesOf({ retry = null }: PostedStep, pointer: string): { rule: ErrorNames; at: string }[] {
  if (retry === null) return []
  if (!isList(retry)) return [{ rule: retry, at: `${pointer}/retry` }]
  return retry.map((rule, i) => ({ rule, at: `${pointer}/retry/${i}` }))
}

function isList(retry: readonly ErrorNames[] | ErrorNames): retry is readonly ErrorNames[] {
  return Array.isArray(retry)
}

function meantBy(name: string): string | null {
  const written = plain(name)
  const status = HTTP.exec(written)?.[1]
  return status === undefined ? (KNOWN.get(written) ?? null) : `HttpStatus${status}`
}

/** A name without what people write in different ways. */
function plain(name: string): string {
  return name.toLowerCase().replace(/[\s_.-]/g, '')
}
