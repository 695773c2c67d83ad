/** What is told of the addresses that a service listens on: of the first all that is to know, of others that they are more. */
export function greetingOf(database: string): (address: string) => string {
  let isFirst = true
  return (address) => {
    if (!isFirst) return `and on ${address}`
    isFirst = false
    return `Conduit listens on ${address}, its page is on ${address}/ui, its documentation on ${address}/docs, data lives in ${database}`
  }
}
