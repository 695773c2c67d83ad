import { execFile } from 'node:child_process'
import { mkdtempDisposable, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const LOADER = new URL('./loadModule.ts', import.meta.url).pathname

/** What is said of a module of `BLOCKS` that holds `source`, beside other files; `DIR` is their folder. */
async function toldOf(name: string, source: string, beside: Record<string, string> = {}): Promise<string> {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'conduit blocks-'))
  for (const [file, text] of Object.entries({ ...beside, [name]: source }))
    await writeFile(join(folder.path, file), text)
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [LOADER, join(folder.path, name)])
  return `${stderr}${stdout}`.replaceAll(folder.path, 'DIR')
}

test.each([
  ['a.ts', 'const a = {\n  b: 1\n  c: 2 }', "Expected ',', got 'ident' at DIR/a.ts:3:3"],
  ['tab.ts', 'const a = {\n\tb: 1,\n\tc: (2 }', "Expected ',', got '}' at DIR/tab.ts:3:8"],
  ['enum.ts', '\n  enum A {\n    B,\n  }', 'TypeScript enum is not supported in strip-only mode at DIR/enum.ts:2:3'],
  [
    'twice.ts',
    'const a: number = 1\n\n  const a = 2\nexport {}',
    "Identifier 'a' has already been declared at DIR/twice.ts:3:9",
  ],
  ['a.mjs', 'export const a = {\n  b: 1\n  c: 2 }', "Unexpected identifier 'c' at DIR/a.mjs:3:3"],
  ['a.js', 'export const a = 1\n\tlet a', "Identifier 'a' has already been declared at DIR/a.js:2:6"],
  ['a.cjs', 'const a = {\n\tb: ( }', "Unexpected token '}' at DIR/a.cjs:2:7"],
])('%s with an error of syntax is named with line and column', async (name, source, told) => {
  expect(await toldOf(name, source)).toBe(`BLOCKS: DIR/${name} can't be loaded: ${told}`)
})

test.each([
  ['import "./b.ts"', 'const a: string = +;', 'Expression expected at DIR/b.ts:1:20'],
  [
    'import "./b.ts"',
    'export const a: string = ""; let a',
    "Identifier 'a' has already been declared at DIR/b.ts:1:34",
  ],
  ['import "./b.ts"', 'function f() {\n  throw new Error("no")\n}\nf()', 'no at DIR/b.ts:2:9'],
  [
    '\nimport { c } from "./b.ts"',
    'export {}',
    "The requested module './b.ts' does not provide an export named 'c' at DIR/main.ts:2:10",
  ],
])('so is one in a file that the module imports: %s', async (source, imported, told) => {
  expect(await toldOf('main.ts', source, { 'b.ts': imported })).toBe(`BLOCKS: DIR/main.ts can't be loaded: ${told}`)
})

test.each([
  ['interface A { b: string }\n\nthrow new TypeError("not so")', 'not so at DIR/thrown.ts:3:7'],
  [
    'import { Type } from "conduit"\n\nType.Object(null)',
    'Cannot convert undefined or null to object at DIR/thrown.ts:3:6',
  ],
  ['await Promise.resolve()\nJSON.parse("[")', expect.stringMatching(/JSON.* at DIR\/thrown\.ts:2:6$/)],
  ['throw "a text"', 'a text'],
])('an error that is thrown while a module is loaded has the place in it: %s', async (source, told) => {
  const said = await toldOf('thrown.ts', source)
  expect(said.replace("BLOCKS: DIR/thrown.ts can't be loaded: ", '')).toEqual(told)
})

test('what makes the globals and throws is named as well', async () => {
  const source = 'export async function globals() {\n  await null\n  throw new Error("no key")\n}'
  expect(await toldOf('a.ts', source)).toBe("BLOCKS: DIR/a.ts: its globals can't be made: no key at DIR/a.ts:3:9")
})

test('a module that is well and imports data that is not is not blamed for it', async () => {
  const told = await toldOf('data.ts', 'import "./a.json" with { type: "json" }', { 'a.json': '{"a":1,}' })
  expect(told).toMatch(/^BLOCKS: DIR\/data\.ts can't be loaded: DIR\/a\.json: .* \(line 1 column 8\)$/)
})

test('a folder is not said to be missing', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [LOADER, tmpdir()])
  expect(stdout).toBe(`BLOCKS: ${tmpdir()} can't be loaded: ${tmpdir()} is a folder`)
})
