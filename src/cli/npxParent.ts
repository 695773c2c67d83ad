/** So often a command that npx started looks whether npx is still there, in milliseconds. */
const LOOK_MS = 250

/**
 * Ends a command as SIGTERM does once the `npx` that started it is gone. npx passes no signal on: it and the shell that it
 * started end by one, and what they ran went on without a parent. Elsewhere nothing is watched: who left a shell may want it
 * to go on.
 */
export function endWithNpx(): void {
  if (process.env['npm_command'] !== 'exec') return
  const parent = process.ppid
  const looking = setInterval(() => {
    if (process.ppid === parent) return
    clearInterval(looking)
    process.kill(process.pid, 'SIGTERM')
  }, LOOK_MS)
  looking.unref()
}
