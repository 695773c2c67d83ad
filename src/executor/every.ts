import type { Telemetry } from '../telemetry.ts'

/** Something that works on its own, over and over, until it is stopped. */
export type BackgroundLoop = { stop(): Promise<void> }

/** Calls `work` again and again, never twice at once; an error is told of, and the next turn tries again. */
export function every(
  milliseconds: number,
  telemetry: Telemetry,
  during: string,
  work: () => Promise<void>,
): BackgroundLoop {
  let running: Promise<void> | null = null
  const turn = (): void => {
    running ??= work()
      .catch((error: unknown) => {
        telemetry.emit('databaseFailed', { during, error })
      })
      .finally(() => {
        running = null
      })
  }
  const timer = setInterval(turn, milliseconds)
  return {
    stop: async () => {
      clearInterval(timer)
      await running
    },
  }
}
