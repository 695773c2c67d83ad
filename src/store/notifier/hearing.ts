import { setTimeout as after } from 'node:timers/promises'
import type pg from 'pg'

/** How long what a listening line does may take, in milliseconds. */
export type Rhythm = {
  /** From one heartbeat to the next. */
  readonly beatMs: number
  /** So long what was sent is waited for before anything is asked. */
  readonly hearMs: number
  /** From one statement elsewhere to the next, while the listening line owes an answer. */
  readonly askMs: number
}

/** Where so many statements are answered elsewhere, one after another, the server has time, and the line is dead. */
const ANSWERS_ELSEWHERE = 5

/** What has come is read within this, also where the event loop was held. */
const READ_MS = 50

/** Without a time-out of the client's: what its answer may take is judged by those that the server gives elsewhere. */
const QUESTION = { text: 'select 1', query_timeout: 2 ** 31 - 1 }

type Send = (payload: string) => Promise<void>

/** A connection that listened has ended. */
export class ListenerLost extends Error {
  override readonly name = 'ListenerLost'
  override readonly message = 'the listening connection was lost'
}

/**
 * Sends a payload elsewhere; gives whether the listening connection hears. That it is late shows nothing: a server, a
 * line or an event loop with much to do is late too. Two things show deafness, however much there is to do:
 *
 * - The connection answers a question, and what was sent before had not come: Postgres hands a session what was sent to
 *   it before it answers the session's next statement, so who answered is not who listens.
 * - The connection does not answer, while statement after statement is answered elsewhere.
 *
 * What could not be sent shows nothing either: it is sent again. False too where the signal came; throws a
 * `ListenerLost` where the connection ended.
 */
export async function hears(
  client: pg.Client,
  payload: string,
  send: Send,
  rhythm: Rhythm,
  signal: AbortSignal,
): Promise<boolean> {
  const [done, lost] = [new AbortController(), new AbortController()]
  let heard = false
  const listener = (message: pg.Notification): void => {
    if (message.payload !== payload) return
    heard = true
    done.abort()
  }
  const end = (): void => lost.abort()
  client.on('notification', listener)
  client.once('end', end)
  const over = AbortSignal.any([done.signal, lost.signal, signal])
  try {
    while (!(await wasSent(send, payload)) && !over.aborted) await pause(rhythm.askMs, over)
    await pause(rhythm.hearMs, over)
    if (!over.aborted)
      await Promise.race([aborted(over), answer(client), answersElsewhere(send, payload, rhythm, over)])
    await pause(READ_MS, over)
    if (lost.signal.aborted) throw new ListenerLost()
    return heard
  } finally {
    client.off('notification', listener)
    client.off('end', end)
  }
}

async function wasSent(send: Send, payload: string): Promise<boolean> {
  try {
    await send(payload)
    return true
  } catch {
    return false // it was told as a statement that failed
  }
}

/** Resolves when the connection has answered, or ended. */
async function answer(client: pg.Client): Promise<void> {
  await client.query(QUESTION).catch(() => undefined)
}

async function answersElsewhere(send: Send, payload: string, { askMs }: Rhythm, over: AbortSignal): Promise<void> {
  for (let answers = 0; answers < ANSWERS_ELSEWHERE && !over.aborted; ) {
    await pause(askMs, over)
    if (!over.aborted && (await wasSent(send, payload))) answers++
  }
}

async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  await after(milliseconds, undefined, { signal }).catch(() => undefined)
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
}
