import { InvalidArgument } from '../../engine/errors.ts'

/** Who a request comes from. */
export type Auth = { readonly bearer: string } | { readonly username: string; readonly password: string }

/** Puts the header `Authorization` beside the others. Throws an `InvalidArgument` where it is there, or can't be made. */
export function authorize(headers: Map<string, string>, auth: Auth | undefined): void {
  if (auth === undefined) return
  if (headers.has('authorization')) throw new InvalidArgument('auth stands beside a header authorization; take one')
  headers.set('authorization', 'bearer' in auth ? `Bearer ${auth.bearer}` : basic(auth.username, auth.password))
}

/** RFC 7617: what comes before the first colon is the name. */
function basic(username: string, password: string): string {
  if (username.includes(':')) throw new InvalidArgument('the username of auth must not hold a colon')
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`
}
