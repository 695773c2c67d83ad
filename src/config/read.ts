import { isIP } from 'node:net'
import type { TSchema } from 'typebox'
import { validatorOf } from '../engine/schemas/validator.ts'
import { type Config, Settings } from './settings.ts'

/** A setting that can't be used. The message is one line and names the variable. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
}

const validator = validatorOf(Settings)

/** More than there are settings: each that is wrong is named. */
const MAX_ERRORS = 1000

/**
 * Reads the settings from an environment. An empty value counts as left out, as compose files give them.
 *
 * Throws a `ConfigError` that names each variable whose value is wrong.
 */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  const given: typeof environment = { ...environment, HOST: environment['HOST']?.replace(/^\[(.*)\]$/, '$1') }
  const config = Object.fromEntries(
    Object.entries(Settings.properties).flatMap(([name, setting]) => {
      const value = valueOf(setting, given[name])
      return value === undefined ? [] : [[name, value]]
    }),
  )
  if (!validator.Check(config)) throw new ConfigError(explain(validator.Errors(config, MAX_ERRORS)))
  if (isHost(config.HOST)) return config
  throw new ConfigError('HOST must be an address or a name, such as 127.0.0.1, ::1, 0.0.0.0 or conduit.internal')
}

/** What a setting is for what is written of it. A text that is no number stays one, and is refused as that. */
function valueOf(setting: TSchema, written: string | undefined): unknown {
  if (written === undefined || written === '') return Reflect.get(setting, 'default')
  const type: unknown = Reflect.get(setting, 'type')
  const isNumber = (type === 'number' || type === 'integer') && !Number.isNaN(Number(written))
  return isNumber ? Number(written) : written
}

/** A URL's parser knows which names are broken addresses, such as 256.1.1.1. */
function isHost(host: string): boolean {
  return isIP(host) !== 0 || (/^[\w.-]+$/.test(host) && URL.canParse(`http://${host}`))
}

const SHORT_KEY =
  'SECRETS_KEY must have 32 characters or more; move the one you have to SECRETS_KEY_OLD, which only opens, and set a new one'

function explain(errors: ReturnType<typeof validator.Errors>): string {
  return errors
    .map((error) => {
      const name = error.instancePath.slice(1)
      // A regular expression helps nobody who made a slip; an example does.
      if (error.keyword === 'minLength' && name === 'SECRETS_KEY') return SHORT_KEY
      if (error.keyword === 'pattern') return `${name} must look like ${exampleOf(name)}`
      const allowed = error.keyword === 'enum' ? `: ${error.params.allowedValues.join(', ')}` : ''
      return `${name} ${error.message}${allowed}`
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
