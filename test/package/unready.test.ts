import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtempDisposable, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ROOT } from '../docs/fences.ts'

/** A folder with what stands in `bin`, and nothing else of the checkout. */
async function makeBare() {
  const folder = await mkdtempDisposable(join(tmpdir(), 'conduit-bare-'))
  await cp(join(ROOT, 'bin'), join(folder.path, 'bin'), { recursive: true })
  await writeFile(join(folder.path, 'package.json'), '{ "type": "module" }')
  return folder
}

/** How a file ends that Node runs, and what it says. */
function run(file: string): Promise<{ code: unknown; said: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [file], { env: { PATH: process.env['PATH'] } }, (error, _stdout, said) =>
      resolve({ code: error?.code ?? 0, said }),
    )
  })
}

const UNBUILT = 'conduit: this package was packed before it was built; in the checkout: npm run build && npm pack'

test.each(['conduit.js', 'start.js'])('a package that was never built says so in one line: %s', async (name) => {
  await using folder = await makeBare()
  expect(await run(join(folder.path, 'bin', name))).toEqual({ code: 1, said: `${UNBUILT}\n` })
})

test.each(['conduit.js', 'start.js'])('a checkout without packages says so in one line: %s', async (name) => {
  await using folder = await makeBare()
  await mkdir(join(folder.path, 'src/cli'), { recursive: true })
  for (const main of ['main.ts', 'cli/main.ts'])
    await writeFile(join(folder.path, 'src', main), "import 'such-a-package'\n")
  const said = `conduit: the checkout has no packages yet; run npm ci in ${folder.path}/\n`
  expect(await run(join(folder.path, 'bin', name))).toEqual({ code: 1, said })
})

test('a program that imports them gets the same line as its error, without places in our code', async () => {
  await using folder = await makeBare()
  const { code, said } = await run(join(folder.path, 'bin/index.js'))
  expect([code, said]).toEqual([1, expect.stringContaining(`[${UNBUILT}]`)])
  expect(said).not.toContain('load.js')
})
