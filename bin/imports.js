import module from 'node:module'

const ROOT = new URL('..', import.meta.url).href

/** Where all files with an ending are of one kind. Behind an address that begins so nothing is a link. */
const KINDS = [
  { below: `${ROOT}src/`, ending: '.ts', format: 'module-typescript' },
  { below: `${ROOT}dist/`, ending: '.js', format: 'module' },
  { below: 'file:', ending: '.mjs', format: 'module' },
]

/**
 * An import of `./name.ts` means the file of that name. Node looks for links on the way to it, whether it is there, and
 * what the next package.json says of its ending: for 1,300 files that is a sixth of a start.
 */
export function takeImportsAsWritten() {
  module.registerHooks({
    resolve(specifier, context, next) {
      if (!specifier.startsWith('.') || context.parentURL === undefined) return next(specifier, context)
      const kind = KINDS.find(({ below, ending }) => specifier.endsWith(ending) && context.parentURL.startsWith(below))
      if (kind === undefined) return next(specifier, context)
      return { url: new URL(specifier, context.parentURL).href, format: kind.format, shortCircuit: true }
    },
  })
}
