import { isIP } from 'node:net'
import { Ajv } from 'ajv'
import { envSchema } from 'env-schema'
import { type Config, Settings } from './settings.ts'

/** A setting that can't be used. The message is one line and names the variable. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
}

/** Compiled once a process: that takes longer than everything else here, and a start reads its settings twice. */
const ajv = new Ajv({ coerceTypes: true, useDefaults: true, allErrors: true, strict: false })
const schema = structuredClone(Settings)

/**
 * Reads the settings from an environment. An empty value counts as left out, as compose files give them.
 *
 * Throws a `ConfigError` that names each variable whose value is wrong.
 */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  const data = Object.fromEntries(
    Object.keys(Settings.properties).flatMap((name) => {
      const value = environment[name]
      if (value === undefined || value === '') return []
      return [[name, name === 'HOST' ? value.replace(/^\[(.*)\]$/, '$1') : value]]
    }),
  )
  const config = read(data)
  if (isHost(config.HOST)) return config
  throw new ConfigError('HOST must be an address or a name, such as 127.0.0.1, ::1, 0.0.0.0 or conduit.internal')
}

function read(data: Readonly<Record<string, string>>): Config {
  try {
    return envSchema<Config>({ schema, data, env: false, ajv })
  } catch (error) {
    throw new ConfigError(explain(error), { cause: error })
  }
}

/** A URL's parser knows which names are broken addresses, such as 256.1.1.1. */
function isHost(host: string): boolean {
  return isIP(host) !== 0 || (/^[\w.-]+$/.test(host) && URL.canParse(`http://${host}`))
}

type AjvError = {
  keyword?: string
  instancePath?: string
  message?: string
  params?: { allowedValues?: readonly string[] }
}

const SHORT_KEY =
  'SECRETS_KEY must have 32 characters or more; move the one you have to SECRETS_KEY_OLD, which only opens, and set a new one'

function explain(error: unknown): string {
  const errors: unknown = error instanceof Error && 'errors' in error ? error.errors : undefined
  if (!Array.isArray(errors)) return error instanceof Error ? error.message : String(error)
  return errors
    .map(({ keyword, instancePath, message, params }: AjvError) => {
      const name = instancePath?.slice(1) ?? ''
      // A regular expression helps nobody who made a slip; an example does.
      if (keyword === 'minLength' && name === 'SECRETS_KEY') return SHORT_KEY
      if (keyword === 'pattern') return `${name} must look like ${exampleOf(name)}`
      const allowed = params?.allowedValues ? `: ${params.allowedValues.join(', ')}` : ''
      return `${name} ${message ?? 'is wrong'}${allowed}`
    })
    .join('; ')
}

function exampleOf(name: string): string {
  const setting: object = Object.entries(Settings.properties).find(([known]) => known === name)?.[1] ?? {}
  const examples: unknown = Reflect.get(setting, 'examples')
  return String(Array.isArray(examples) ? examples[0] : Reflect.get(setting, 'default'))
}

/** What to do about what the system says of a place to listen at. */
const REMEDIES: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another program listens there; end it, or choose another PORT (0 picks a free one)',
  EADDRNOTAVAIL: 'this machine has no such address; choose one of its own, or 0.0.0.0 for all',
  ENOTFOUND: 'nobody knows this name; choose an address of this machine, or 0.0.0.0 for all',
  EACCES: 'this user may not listen there; choose a PORT from 1024 on',
}

/**
 * Does what a setting asks for. What the system says of it (an address in use, a database that is away) is thrown on as a
 * `ConfigError` that names the variable.
 */
export async function withSetting<T>(setting: string, use: () => Promise<T>): Promise<T> {
  try {
    return await use()
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error)) throw error
    const remedy = Object.entries(REMEDIES).find(([code]) => code === error.code)?.[1]
    throw new ConfigError(`${setting}: ${error.message}${remedy === undefined ? '' : `: ${remedy}`}`, { cause: error })
  }
}
