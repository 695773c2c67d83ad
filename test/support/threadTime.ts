/**
 * Processor time that this thread has taken so far, in milliseconds: what other work on the machine takes does not count,
 * collecting garbage does.
 */
export function threadMs(): number {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1000
}
