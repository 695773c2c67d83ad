import { readFile, stat } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { type Client, createClient } from '@conduit-jobs/client'
import { isObject } from '../engine/values/json.ts'
import { CommandError, EXIT } from '../admin/commandError.ts'

const DEFAULT_URL = 'http://127.0.0.1:3000'

/** Where the service is, and the key that it is asked with. */
export type Connection = { readonly url: string; readonly key: string | undefined }

/** The service that commands speak to: `CONDUIT_URL` and `CONDUIT_KEY`, else the profile file, else one on this machine. */
export async function connect(): Promise<Client> {
  const { url, key } = await readConnection(process.env)
  if (!URL.canParse(url)) throw new CommandError(`CONDUIT_URL is no address: ${url}`, EXIT.usage)
  return createClient({ baseUrl: url, key, retries: 1 })
}

/** Settings of the environment win over those of the profile, each for itself. */
export async function readConnection(env: NodeJS.ProcessEnv): Promise<Connection> {
  const profile = await readProfile(profilePath(env))
  return {
    url: env['CONDUIT_URL'] || profile.url || DEFAULT_URL,
    key: env['CONDUIT_KEY'] || profile.key || undefined,
  }
}

/** `CONDUIT_PROFILE`, or `conduit/profile.json` where a person's settings lie (XDG base directories). */
export function profilePath(env: NodeJS.ProcessEnv): string {
  return env['CONDUIT_PROFILE'] || join(env['XDG_CONFIG_HOME'] || join(homedir(), '.config'), 'conduit', 'profile.json')
}

async function readProfile(path: string): Promise<{ url?: string; key?: string }> {
  const text = await readFile(path, 'utf8').catch(() => null)
  if (text === null) return {}
  if (((await stat(path)).mode & 0o077) !== 0) {
    throw new CommandError(`others can read ${path}, which holds a key; run: chmod 600 ${path}`)
  }
  const profile = parse(text)
  if (profile === null) throw new CommandError(`${path} is no JSON object of "url" and "key"`)
  const { url, key } = profile
  return { ...(typeof url === 'string' ? { url } : {}), ...(typeof key === 'string' ? { key } : {}) }
}

function parse(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text)
    return isObject(value) ? value : null
  } catch {
    return null
  }
}
