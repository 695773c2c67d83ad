import { connect as connectSocket, isIP, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import type pg from 'pg'

/** The numbers of the protocol: https://www.postgresql.org/docs/current/protocol-message-formats.html */
const CANCEL_REQUEST = 80877102
const SSL_REQUEST = 80877103

const PATIENCE_MS = 5000

/** Where a connection leads and who it is there: `pg` has these, its types don't. */
type Target = { host: string; port: number; ssl: boolean | object; processID: number; secretKey: number }

function isConnected(client: object): client is Target {
  return 'processID' in client && client.processID !== null && 'secretKey' in client && client.secretKey !== null
}

/**
 * Asks the server to give up what a connection still waits for, over a line of its own, as the protocol has it. Best
 * effort: nobody waits for it, and a server that can't be reached gives up by its own time-out.
 */
export function cancelStatement(client: pg.Client): void {
  if (!isConnected(client)) return
  const { host, port, ssl, processID, secretKey } = client
  const socket = host.startsWith('/') ? connectSocket(`${host}/.s.PGSQL.${port}`) : connectSocket(port, host)
  const timer = setTimeout(() => socket.destroy(), PATIENCE_MS)
  timer.unref()
  socket.once('close', () => clearTimeout(timer))
  socket.on('error', () => undefined) // `close` follows
  const request = Buffer.concat([int32(16), int32(CANCEL_REQUEST), int32(processID), int32(secretKey)])
  socket.once('connect', () => {
    if (ssl === false) socket.end(request)
    else askForTls(socket, host, ssl, request)
  })
}

function askForTls(socket: Socket, host: string, ssl: boolean | object, request: Buffer): void {
  socket.write(Buffer.concat([int32(8), int32(SSL_REQUEST)]))
  socket.once('data', (answer) => {
    if (answer.toString() !== 'S') {
      socket.destroy()
      return
    }
    const servername = isIP(host) === 0 ? { servername: host } : {}
    const secure = connectTls({ socket, host, ...servername, ...(typeof ssl === 'object' ? ssl : {}) })
    secure.on('error', () => socket.destroy())
    secure.once('secureConnect', () => secure.end(request))
  })
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeInt32BE(value)
  return bytes
}
