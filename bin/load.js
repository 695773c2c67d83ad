// Where code is: of a checkout its sources, of an installed package what was built of them (Node strips no types below
// node_modules). Plain JavaScript that any Node reads.
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { bundledName, findBundle } from './bundled.js'
import { keepCompiled } from './compiled.js'
import { takeImportsAsWritten } from './imports.js'
import { complaint } from './nodeVersion.js'

const ROOT = new URL('..', import.meta.url)

/** What this needs is not there. Its stack is its message: what is wrong is no place in our code. */
export class Unready extends Error {
  constructor(message) {
    super(message)
    this.stack = message
  }
}

/** The bundle that this process runs of, if it does. */
let bundle = null

/** Loads a module of `src`, named without its ending. What is missing is an error of one line. */
export async function load(name) {
  refuseOldNode()
  if (bundle !== null) return await import(new URL(bundledName(name), bundle).href)
  const source = new URL(`src/${name}.ts`, ROOT)
  const built = new URL(`dist/${name}.js`, ROOT)
  if (existsSync(source)) return await loadSource(source)
  if (existsSync(built)) return await import(built.href)
  throw new Unready('conduit: this package was packed before it was built; in the checkout: npm run build && npm pack')
}

/**
 * The same for a process, which keeps what is compiled, and runs of the bundle where there is one; or says what is missing
 * and ends. Gives the module.
 *
 * @param toBundle gives the bundle's folder, or null
 */
export async function start(name, toBundle = findBundle) {
  try {
    refuseOldNode()
    keepCompiled()
    takeImportsAsWritten()
    bundle = toBundle()
    return await load(name)
  } catch (error) {
    if (!(error instanceof Unready)) throw error
    process.stderr.write(`${error.message}\n`)
    process.exit(1)
  }
}

function refuseOldNode() {
  const wrong = complaint()
  if (wrong !== null) throw new Unready(wrong)
}

/** npm gives a program that names a checkout's path a link to it, and installs nothing there. */
async function loadSource(source) {
  try {
    return await import(source.href)
  } catch (error) {
    const isInstalled = existsSync(new URL('node_modules/.package-lock.json', ROOT))
    if (error.code !== 'ERR_MODULE_NOT_FOUND' || isInstalled) throw error
    throw new Unready(`conduit: the checkout has no packages yet; run npm ci in ${fileURLToPath(ROOT)}`)
  }
}
