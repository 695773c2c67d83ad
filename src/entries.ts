import { extname } from 'node:path'

/** How files of a bundle end; those of sources and of what tsc makes of them end otherwise. */
const BUNDLED = '.mjs'

/**
 * Where a module is that is loaded by its address: by a thread, by a process of its own, or from outside. It is named from
 * the root of the sources without its ending (`executor/lease/leaseKeeper`), and is of the form that runs here: of the
 * sources, of what is built of them, or of the bundle, whose files lie in one folder (bin/bundled.js).
 */
export function entryUrl(name: string): URL {
  const ending = extname(new URL(import.meta.url).pathname)
  const file = ending === BUNDLED ? name.replaceAll('/', '-') : name
  return new URL(`./${file}${ending}`, import.meta.url)
}
