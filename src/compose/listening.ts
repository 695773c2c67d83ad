import type { FastifyInstance } from 'fastify'
import type { Keyring } from '../access/keyring.ts'
import { refuseOpenListening } from '../access/openListening.ts'
import { withSetting } from '../config/read.ts'
import type { Config } from '../config/settings.ts'
import { greetingOf } from './greeting.ts'

/** What is looked at before a service listens, and what is done right after. */
export type Around = { readonly keyring: Keyring; readonly whenReady: () => Promise<void> }

type Listening = { readonly config: Config; readonly http: FastifyInstance; readonly database: string }

/** Listens on `HOST` and `PORT`; gives the address. Throws a `ConfigError` that names them, or beyond loopback without keys. */
export async function listenOn({ config, http, database }: Listening, { keyring, whenReady }: Around): Promise<string> {
  await refuseOpenListening(config, keyring)
  const { HOST: host, PORT: port } = config
  const address = await withSetting(`HOST=${host}, PORT=${port}`, () =>
    http.listen({ host, port, listenTextResolver: greetingOf(database) }),
  )
  // Whoever needs what could not be loaded is told so by the answer to its request.
  whenReady().catch(() => undefined)
  return address
}
