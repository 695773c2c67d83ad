/** Exit codes of every command, as docs/cli.md tells them. */
export const EXIT = { well: 0, failed: 1, usage: 2 } as const

/** A command can't do what it was asked for, for a reason that its user can act on. */
export class CommandError extends Error {
  override readonly name = 'CommandError'
  readonly code = 'CONDUIT_COMMAND'
  readonly exitCode: 1 | 2

  /** @param exitCode 1: it failed; 2: it was called in a wrong way */
  constructor(message: string, exitCode: 1 | 2 = EXIT.failed) {
    super(message)
    this.exitCode = exitCode
  }
}
