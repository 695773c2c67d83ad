import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { PROBLEMS } from '../../src/wire/problem.ts'
import { putKeyAt } from '../access/keyring.ts'
import { pagePaths, ROOT } from '../docs/fences.ts'
import { startConduit, type TestConduit } from '../support/conduit.ts'

describe('the documentation that a service shows', () => {
  let service: TestConduit
  let base: string
  beforeAll(async () => {
    service = await startConduit({ settings: { PORT: '0' } })
    base = await service.conduit.listen()
    // It is for everybody, also where all else needs a key.
    await putKeyAt(service.databaseUrl)
  })
  afterAll(() => service[Symbol.asyncDispose]())

  const read = async (path: string) => {
    const response = await fetch(new URL(path, base))
    return {
      status: response.status,
      type: response.headers.get('content-type'),
      text: await response.text(),
      response,
    }
  }

  test('has every page, and every link in it leads somewhere', async () => {
    const { text } = await read('/docs')
    const named = [...new Set([...text.matchAll(/<li><a href="docs\/([\w-]+)"/g)].map(([, slug = '']) => slug))]
    const guides = named.filter((name) => name !== 'reference')
    expect(guides.length).toBe((await pagePaths()).length - 1 + 1) // without its index, with the client's
    const seen = new Map<string, string>()
    const dead: string[] = []
    for (const from of ['/docs', ...guides.map((slug) => `/docs/${slug}`)]) {
      const page = await read(from)
      expect([from, page.status, page.type]).toEqual([from, 200, 'text/html; charset=utf-8'])
      for (const [, href = ''] of page.text.matchAll(/href="([^"]+)"/g)) {
        const to = new URL(href.replaceAll('&amp;', '&'), new URL(from, base))
        if (to.origin !== new URL(base).origin || to.pathname.startsWith('/docs/reference')) continue
        if (!seen.has(to.pathname)) {
          const found = await read(to.pathname)
          seen.set(to.pathname, found.status === 200 ? found.text : '')
        }
        const there = seen.get(to.pathname) ?? ''
        if (there === '' || (to.hash !== '' && !there.includes(`id="${to.hash.slice(1)}"`)))
          dead.push(`${from} → ${href}`)
      }
    }
    expect(dead).toEqual([])
  })

  test('gives a guide as Markdown too, as it is in the repository, and nothing beside the guides', async () => {
    const { text, type } = await read('/docs/flow.md')
    expect([type, text]).toEqual(['text/markdown; charset=utf-8', await readFile(join(ROOT, 'docs/flow.md'), 'utf8')])
    for (const path of ['/docs/nothing', '/docs/..%2fpackage.md', '/docs/package.md', '/docs/site%2fstyle.md'])
      expect([path, (await read(path)).status]).toEqual([path, 404])
  })

  test('runs nothing and loads nothing from elsewhere', async () => {
    for (const path of ['/docs', '/docs/flow', '/docs/search?q=x', '/problems/not-found']) {
      const { response, text } = await read(path)
      const policy = response.headers.get('content-security-policy') ?? ''
      expect(policy).toMatch(/^default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;/)
      expect(text).not.toMatch(/<script|<style|style="|https?:[^"]*\.(css|js)/)
    }
  })

  test.each([
    ['webhook secret', /events#/],
    ['cancel', /reference#\/Jobs\/cancelJob/],
    ['idempotency-conflict', /\.\.\/problems\/idempotency-conflict/],
  ])('finds %s', async (words, link) => {
    const { text } = await read(`/docs/search?q=${encodeURIComponent(words)}`)
    const found = [...text.matchAll(/<li><a href="([^"]+)">[^<]*<\/a> <span>/g)].map(([, href = '']) => href)
    expect(found.slice(0, 8).some((href) => link.test(href))).toBe(true)
  })

  test('shows whole words around what was found, without their markup', async () => {
    const { text } = await read('/docs/search?q=retry-after')
    const snippets = [...text.matchAll(/<p>([^<]*)<\/p><\/li>/g)].map(([, snippet = '']) => snippet)
    expect(snippets.filter((snippet) => snippet.includes('Retry-After')).length).toBeGreaterThan(0)
    const guides = (await Promise.all(['retry', 'job'].map((word) => read(`/docs/search?q=${word}`)))).map(
      (page) => page.text,
    )
    for (const html of [text, ...guides])
      expect(html.replace(/^[^]*<ol class="found">/, '')).not.toMatch(/\]\(|`|\*\*|(<p>|… )[|#]/)
    expect(guides[0]).toMatch(/<p>… \S/)
  })

  test('calls the page by one name wherever it leads there', async () => {
    for (const path of ['/docs', '/problems/not-found', '/docs/reference/static/theme/reference.js']) {
      const { text } = await read(path)
      expect(text).toContain('The page')
      expect(text).not.toContain('Dashboard')
    }
  })

  test('shows what was searched for as text', async () => {
    const { text } = await read(`/docs/search?q=${encodeURIComponent('"><script>alert(1)</script>')}`)
    expect(text).not.toContain('<script')
    expect(text).toContain('Nothing has all of')
    expect((await read(`/docs/search?q=${'a'.repeat(101)}`)).status).toBe(400)
    expect((await read('/docs/search')).status).toBe(200)
  })

  test.each(Object.entries(PROBLEMS))('%s has a page that says what to do', async (slug, [status, title]) => {
    const { text, ...page } = await read(`/problems/${slug}`)
    expect(page.status).toBe(200)
    expect(text).toContain(`<h1>${title}</h1>`)
    expect(text).toContain(`Status <b>${status}</b>`)
  })

  test('says of a problem that there is none that it is not found', async () => {
    expect((await read('/problems/toString')).status).toBe(404)
  })

  test('llms.txt names the guides as Markdown, and each is there', async () => {
    const { text, type } = await read('/llms.txt')
    expect(type).toBe('text/plain; charset=utf-8')
    expect(text).toMatch(/^# Conduit\n\n> /)
    const links = [...text.matchAll(/\]\(([^)]+)\)/g)].map(([, link = '']) => link)
    expect(links).toContain('docs/flow.md')
    for (const link of links) expect([link, (await read(`/${link}`)).status]).toEqual([link, 200])
  })

  test('/ leads a browser to the page, and a program to all the rest', async () => {
    const browser = await fetch(base, { headers: { accept: 'text/html' }, redirect: 'manual' })
    expect([browser.status, browser.headers.get('location')]).toEqual([302, './ui/'])
    const { links } = (await (await fetch(base)).json()) as { links: Record<string, string> }
    for (const name of ['docs', 'reference', 'openapi', 'llms']) {
      expect([name, (await read(`/${links[name] ?? 'nothing'}`)).status]).toEqual([name, 200])
    }
  })
})
