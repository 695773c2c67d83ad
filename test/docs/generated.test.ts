import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { pages, ROOT } from '../../docs/generate/pages.ts'

test.each(await pages())('$path is what the code says; `npm run docs` writes it anew', async ({ path, text }) => {
  expect(await readFile(join(ROOT, path), 'utf8')).toBe(text)
})
