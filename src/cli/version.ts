import { readFileSync } from 'node:fs'
import { parseObject } from '../engine/values/parseJson.ts'

const { version: written } = parseObject(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))

/** The package's version; its package.json lies two folders above, from the sources as from what is built of them. */
export const version = typeof written === 'string' ? written : 'unknown'
