/** Work of a kind of which the process should hold no two at once: each begins when the one before is over. */
export class OneAtATime {
  #last: Promise<unknown> = Promise.resolve()

  do<T>(work: () => T | Promise<T>): Promise<T> {
    const done = this.#last.then(work)
    this.#last = done.catch(() => undefined)
    return done
  }
}
