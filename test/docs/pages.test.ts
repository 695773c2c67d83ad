import { execFile } from 'node:child_process'
import { stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import packageJson from '../../package.json' with { type: 'json' }
import { fencesOf, pagePaths, readPage, ROOT } from './fences.ts'

/** What a block of code may be, and so what is tried of it: programs.test.ts, definitions.test.ts,
 * tags.test.ts, containers.test.ts, here. */
const LANGUAGES = ['ts', 'json', 'http', 'sh', 'yaml', 'sql', 'text', 'tags', 'expressions', 'if', 'dockerfile']

const pages = await Promise.all((await pagePaths()).map(async (page) => ({ page, text: await readPage(page) })))
const fences = pages.flatMap(({ page, text }) => fencesOf(page, text))

test('docs/README.md leads to every page', async () => {
  const index = await readPage('docs/README.md')
  const missing = (await pagePaths()).filter((page) => {
    const name = page.startsWith('docs/') ? page.slice('docs/'.length) : `../${page}`
    return page !== 'docs/README.md' && !index.includes(`(${name})`)
  })
  expect(missing).toEqual([])
})

test.each(pages)('every link of $page leads somewhere', async ({ page, text }) => {
  const links = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link)
  for (const link of links.filter((target) => !/^https?:/.test(target))) {
    const [path = '', anchor] = link.split('#')
    const target = path === '' ? page : join(dirname(page), path)
    await stat(join(ROOT, target)).catch(() => expect.fail(`${page} links to ${link}, which is not there`))
    if (anchor !== undefined) expect(anchorsOf(await readPage(target))).toContain(anchor)
  }
})

test('every block of code has a language, so that something is tried of it', () => {
  const unknown = fences.filter(({ language }) => !LANGUAGES.includes(language))
  expect(unknown.map(({ page, line, language }) => `${page}:${line} ${language}`)).toEqual([])
})

test.each(fences.filter(({ language }) => language === 'json'))('$page:$line is JSON', ({ code }) => {
  expect(() => JSON.parse(code) as unknown).not.toThrow()
})

test.each(fences.filter(({ language }) => language === 'sh'))(
  '$page:$line is a script that bash can read, and calls npm scripts that are there',
  async ({ code }) => {
    await promisify(execFile)('bash', ['-nc', code])
    const called = [...code.matchAll(/\bnpm (?:run (?:--silent )?([\w:]+)|(start|test)\b)/g)]
    for (const [, name, short] of called) expect(Object.keys(packageJson.scripts)).toContain(name ?? short)
  },
)

/** The anchors of a page's headings, as GitHub makes them. */
function anchorsOf(text: string): string[] {
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\w\s-]/g, '')
      .replaceAll(' ', '-'),
  )
}
