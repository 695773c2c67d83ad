import type { BlockLog } from '../block.ts'
import { errorValue } from '../errors.ts'
import { isObject, type JsonObject } from '../values/json.ts'
import type { GivenSecrets } from './given.ts'
import { parseJson } from '../values/parseJson.ts'

/** A log to which a block that was given secrets writes none of them. Of errors it tells class and message. */
export function maskedLog(log: BlockLog, secrets: Pick<GivenSecrets, 'mask' | 'maskText'>): BlockLog {
  const write =
    (level: keyof BlockLog) =>
    (message: string, fields: object = {}): void =>
      log[level](secrets.maskText(String(message)), secrets.mask(plain(fields)))
  return { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') }
}

/** Fields as JSON; what has none is left out. */
function plain(fields: object): JsonObject {
  try {
    const text = JSON.stringify(fields, (_, value: unknown) => (value instanceof Error ? errorValue(value) : value))
    const value = parseJson(text)
    return isObject(value) ? value : {}
  } catch {
    return {}
  }
}
