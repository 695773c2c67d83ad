import { administer } from '../support/databaseServer.ts'

/** A role of the test's own that owns nothing but may do what a service does. */
export async function createRole(
  databaseUrl: string,
  options = '',
): Promise<AsyncDisposable & { url: string; name: string }> {
  const name = `conduit_role_${process.pid}_${Math.floor(Math.random() * 1e9)}`
  await administer(databaseUrl, `create role ${name} login password 'first' ${options}`, ...grants(name))
  const url = new URL(databaseUrl)
  url.username = name
  url.password = 'first'
  return {
    url: url.href,
    name,
    [Symbol.asyncDispose]: () => administer(databaseUrl, `drop owned by ${name}`, `drop role ${name}`),
  }
}

/** Those of docs/operations.md. */
function grants(name: string): string[] {
  return [
    `grant usage on schema public to ${name}`,
    `grant select, insert, update, delete on all tables in schema public to ${name}`,
  ]
}
