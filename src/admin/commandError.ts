/** A command can't do what it was asked for, for a reason that its user can act on. */
export class CommandError extends Error {
  override readonly name = 'CommandError'
  readonly code = 'CONDUIT_COMMAND'
}
