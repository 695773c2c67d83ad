import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { FastifyInstance, FastifyReply } from 'fastify'
import { Type } from 'typebox'
import { ProblemError } from '../../wire/problem.ts'
import { NO_KEY_ASKED } from '../auth/guard.ts'
import { findGuide, type Guide, guideSections, guideText } from './guides.ts'
import { sendPage } from './html.ts'
import { llmsText } from './llms.ts'
import { type RenderedGuide, renderGuide } from './markdown.ts'
import { problemPages } from './problemPages.ts'
import { searchDocs } from './search.ts'

const options = { schema: { hide: true, security: NO_KEY_ASKED }, logLevel: 'warn' } as const

const INDEX: Guide = { slug: '', title: 'Documentation', about: '', file: 'docs/README.md' }

/**
 * The documentation that a service shows of itself, without a key: the guides at `/docs`, a search of them, a page for
 * each problem, and `/llms.txt`. The reference beside them is `reference.ts`'s.
 */
export function docsRoutes(app: FastifyInstance): void {
  const rendered = new Map<string, Promise<RenderedGuide>>()
  const show = async (reply: FastifyReply, guide: Guide, home: string): Promise<FastifyReply> => {
    const key = `${guide.slug} ${home}`
    const made = rendered.get(key) ?? guideText(guide).then((text) => renderGuide(guide, text, home))
    rendered.set(key, made)
    const { html, headings } = await made
    const links = headings.map(({ id, text }) => `<li><a href="#${id}">${text}</a></li>`).join('')
    const aside = links === '' ? '' : `<h2>On this page</h2><ul>${links}</ul>`
    return sendPage(reply, { title: guide.title, body: html, home, current: guide.slug, aside })
  }
  app.get('/docs', options, async (_request, reply) => show(reply, INDEX, 'docs/'))
  app.get('/docs/', options, async (_request, reply) => show(reply, INDEX, './'))
  app.get('/docs/site/style.css', options, async (_request, reply) => {
    const path = join(import.meta.dirname, '../../../docs/site/style.css')
    return reply
      .header('cache-control', 'no-cache')
      .type('text/css; charset=utf-8')
      .send(await readFile(path))
  })
  const query = Type.Object({ q: Type.Optional(Type.String({ maxLength: 100 })) })
  const searching = { ...options, schema: { ...options.schema, querystring: query } }
  app.get<{ Querystring: { q?: string } }>('/docs/search', searching, async (request, reply) => {
    const { q = '' } = request.query
    const body = `<h1>Search</h1>${await searchDocs(app, q)}`
    return sendPage(reply, { title: `Search ${q}`, body, home: './', query: q })
  })
  app.get<{ Params: { slug: string } }>('/docs/:slug', options, async ({ params: { slug } }, reply) => {
    const isText = slug.endsWith('.md')
    const guide = await findGuide(isText ? slug.slice(0, -'.md'.length) : slug)
    if (guide === undefined) throw new ProblemError('not-found', 'there is no such page of the documentation')
    if (!isText) return show(reply, guide, './')
    return reply.type('text/markdown; charset=utf-8').send(await guideText(guide))
  })
  app.get('/llms.txt', options, async (_request, reply) => {
    return reply.type('text/plain; charset=utf-8').send(llmsText(await guideSections()))
  })
  problemPages(app)
}
