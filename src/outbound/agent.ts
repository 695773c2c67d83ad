import { Agent } from 'undici'
import { type ConnectorOptions, guardedConnector } from './connector.ts'

/** How connections are made, and how long they are kept. */
export type AgentOptions = { readonly connect: ConnectorOptions; readonly keepAliveMs: number }

/** What sends requests and keeps connections. Imported when the first is sent, since undici is large. */
export function openAgent({ connect, keepAliveMs }: AgentOptions): Agent {
  return new Agent({
    connect: guardedConnector(connect),
    allowH2: false,
    maxHeaderSize: 16_384,
    // Short, since servers give up idle connections without a word, and a request must not be lost in one.
    keepAliveTimeout: keepAliveMs,
    keepAliveMaxTimeout: keepAliveMs,
    // The whole exchange has a time of its own.
    headersTimeout: 0,
    bodyTimeout: 0,
  })
}
