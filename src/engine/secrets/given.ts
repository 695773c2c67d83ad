/** What is known of a secret where a job that names it comes in. */
export type KnownSecret = { readonly tags: readonly string[]; readonly hasHosts: boolean }

/** The secrets that a definition names and that are there. */
export type KnownSecrets = ReadonlyMap<string, KnownSecret>

/** The secrets of one call of a block. Whoever drives the run fetches them before the call; the engine keeps none. */
export type GivenSecrets = {
  /** The value of one. Throws a `SecretMissing` where it is not there any more, or can't be opened. */
  text(name: string): string
  /** A value without them, in whatever form they stand in it. */
  mask<Value>(value: Value): Value
  /** The same for a text. */
  maskText(text: string): string
  /** Throws a `SecretHost` where one of them may not be sent to this URL. */
  admit(url: URL): void
}

/** A secret that the step names is not there any more, or can't be opened. */
export class SecretMissing extends Error {
  override readonly name: string = 'SecretMissing'
}

/** A secret of the step may not be sent to this host. */
export class SecretHost extends Error {
  override readonly name: string = 'SecretHost'
}
