import { execFile } from 'node:child_process'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const ROOT = join(import.meta.dirname, '../..')
const HOOK = new URL('../../bin/imports.js', import.meta.url).href
const COMPOSE = new URL('../../src/compose/conduit.ts', import.meta.url).href

/** Every module that the service imports, by its address. */
async function imported(before: string): Promise<string[]> {
  const code = `
    import { registerHooks } from 'node:module'
    ${before}
    const found = new Set()
    registerHooks({ resolve(specifier, context, next) {
      const resolved = next(specifier, context)
      found.add(resolved.url)
      return resolved
    } })
    await import('${COMPOSE}')
    console.log(JSON.stringify([...found].sort()))`
  const options = { maxBuffer: 16 * 1024 * 1024 }
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', code], options)
  return JSON.parse(stdout) as string[]
}

test('imports that are taken as written lead where Node finds them', async () => {
  const taken = await imported(`(await import('${HOOK}')).takeImportsAsWritten()`)
  expect(taken.length).toBeGreaterThan(1000)
  expect(taken).toEqual(await imported(''))
})

test('no file of src is a link, and no folder of it has a package.json of its own', async () => {
  const files = await readdir(join(ROOT, 'src'), { recursive: true, withFileTypes: true })
  expect(files.filter((file) => file.isSymbolicLink() || file.name === 'package.json')).toEqual([])
})
