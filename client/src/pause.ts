/** Waits; ends at once, and well, when the signal aborts. */
export async function pause(milliseconds: number, signal?: AbortSignal): Promise<void> {
  if (isAborted(signal)) return
  await new Promise<void>((resolve) => {
    const done = (): void => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, milliseconds)
    signal?.addEventListener('abort', done)
  })
}

/** How long to wait after so many failures in a row: 200 ms, doubled each time up to 5 s, less up to a half by chance. */
export function backoff(failures: number): number {
  return Math.min(200 * 2 ** failures, 5_000) * (1 - Math.random() / 2)
}

/** Whether there is a signal and it has aborted. */
export function isAborted(signal?: AbortSignal): boolean {
  return signal?.aborted === true
}
