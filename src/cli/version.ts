import { readFileSync } from 'node:fs'

/** The package's version; its package.json lies two folders above, from the sources as from what is built of them. */
export const version: string = (
  JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string }
).version
