import { registerHooks } from 'node:module'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type Block, isBlock } from '../engine/block.ts'
import { isObject } from '../engine/values/json.ts'
import { entryUrl } from '../entries.ts'
import { placeOf } from './errorPlace.ts'

/** A module of `BLOCKS` that can't be used. The message names the file, and where in it something went wrong. */
export class BlockModuleError extends Error {
  override readonly name = 'BlockModuleError'
}

/** What the operator's modules bring. */
export type LoadedBlocks = { readonly blocks: Block[]; readonly globals: Record<string, unknown> }

/**
 * Loads modules of blocks: every export that `defineBlock` made is taken, also those in exported lists (once, however
 * often it is exported), and an export `globals` (an object, or an async function that gives one) is added to the
 * globals. Files may lie anywhere: in them `@conduit-jobs/server`, or `conduit` for short, is this very process's package.
 *
 * Throws a `BlockModuleError` that names the file which can't be loaded, or holds no block.
 */
export async function loadBlocks(paths: readonly string[]): Promise<LoadedBlocks> {
  if (paths.length > 0) resolveConduitToThisProcess()
  const blocks = new Set<Block>()
  const globals: Record<string, unknown> = {}
  for (const path of paths) {
    const exported = await importModule(path)
    const found = Object.values(exported).flat().filter(isBlock)
    if (found.length === 0 && exported.globals === undefined) {
      throw new BlockModuleError(`BLOCKS: ${path} exports no block; export what defineBlock gives`)
    }
    for (const block of found) blocks.add(block)
    Object.assign(globals, await readGlobals(path, exported.globals))
  }
  return { blocks: [...blocks], globals }
}

async function importModule(path: string): Promise<Record<string, unknown>> {
  const file = resolve(path)
  const { href } = pathToFileURL(file)
  operatorsFiles.add(href)
  try {
    return (await import(href)) as Record<string, unknown>
  } catch (error) {
    if (isOf(error, href)) {
      const reason = error.code === 'ERR_UNSUPPORTED_DIR_IMPORT' ? `${file} is a folder` : `there is no file ${file}`
      throw new BlockModuleError(`BLOCKS: ${path} can't be loaded: ${reason}`, { cause: error })
    }
    throw await refusal(`${path} can't be loaded`, error)
  }
}

/** Node says of no other error to which module it belongs. */
function isOf(error: unknown, href: string): error is Error & { readonly code?: unknown } {
  return error instanceof Error && 'url' in error && error.url === href
}

async function readGlobals(path: string, exported: unknown): Promise<object> {
  try {
    const globals: unknown = typeof exported === 'function' ? await exported() : (exported ?? {})
    if (isObject(globals)) return globals
  } catch (error) {
    throw await refusal(`${path}: its globals can't be made`, error)
  }
  throw new BlockModuleError(`BLOCKS: ${path}: globals must be an object, or a function that gives one`)
}

async function refusal(what: string, error: unknown): Promise<BlockModuleError> {
  const told = error instanceof Error ? error.message : String(error)
  const place = await placeOf(error, operatorsFiles)
  return new BlockModuleError(`BLOCKS: ${what}: ${told}${place === null ? '' : ` at ${place}`}`, { cause: error })
}

/** The URLs of the modules of `BLOCKS`, and of what they import from files that are not of a package. */
const operatorsFiles = new Set<string>()

let registered = false

/** The package's name, and the short one that modules of blocks may use, whatever is installed where they lie. */
const NAMES: ReadonlySet<string> = new Set(['@conduit-jobs/server', 'conduit'])

/** Once a process: hooks can't be told apart, and each import would pass all of them. */
function resolveConduitToThisProcess(): void {
  if (registered) return
  registered = true
  const index = entryUrl('index').href
  registerHooks({
    resolve: (specifier, context, next) => {
      if (NAMES.has(specifier)) return { url: index, shortCircuit: true }
      const resolved = next(specifier, context)
      if (operatorsFiles.has(context.parentURL ?? '') && isOwnFile(resolved.url)) operatorsFiles.add(resolved.url)
      return resolved
    },
  })
}

function isOwnFile(url: string): boolean {
  return url.startsWith('file:') && !url.includes('/node_modules/')
}
