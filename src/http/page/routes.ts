import type { FastifyInstance } from 'fastify'
import { NO_KEY_ASKED } from '../auth/guard.ts'
import { answerLate } from '../protocol/lateRoutes.ts'
import { PAGE_FOLDER, pageDocument } from './document.ts'

const schema = { hide: true, security: NO_KEY_ASKED }
/** Their names change with what is in them. */
const ASSETS = { maxAge: '1y', immutable: true }
const LINKS = {
  page: 'ui/',
  docs: 'docs',
  reference: 'docs/reference',
  llms: 'llms.txt',
  openapi: 'openapi.json',
  jobs: 'v1/jobs',
  blocks: 'v1/blocks',
  ready: 'readyz',
}

/**
 * The page: `/ui/…` gives browsers one document, whatever follows, and its assets. `/` leads a browser there, and tells a
 * program where things are. Every link is relative: whatever path a proxy puts before them stays.
 *
 * @param embedOrigins whose pages may frame the view of one job
 * @param folder where the built page lies
 */
export function pageRoutes(
  app: FastifyInstance,
  { embedOrigins, folder = PAGE_FOLDER }: { embedOrigins: readonly string[]; folder?: string },
): void {
  const sendFile = answerLate(app, (inner) => fileRoutes(inner, folder))
  app.get('/', { schema, logLevel: 'warn' }, async (request, reply) => {
    reply.header('vary', 'Accept').header('cache-control', 'no-cache')
    if (request.headers.accept?.includes('text/html') === true) return reply.redirect('./ui/')
    return reply.send({ name: 'conduit', links: LINKS })
  })
  app.get('/ui', { schema, logLevel: 'warn' }, async (_request, reply) => reply.redirect('./ui/'))
  for (const path of ['/ui/assets/*', '/ui/embed.js']) app.get(path, { schema, logLevel: 'warn' }, sendFile)
  app.get('/ui/*', { schema, logLevel: 'warn' }, async (request, reply) => {
    const below = (request.url.split('?', 1)[0] ?? '').slice('/ui/'.length)
    const isEmbedded = below.startsWith('embed/')
    const { html, policy } = await pageDocument(folder, below, isEmbedded ? embedOrigins : [])
    return reply
      .headers({ 'content-security-policy': policy, 'cache-control': 'no-store' })
      .type('text/html; charset=utf-8')
      .send(html)
  })
}

/** The built files. What sends them is loaded with the first of them. */
async function fileRoutes(app: FastifyInstance, folder: string): Promise<void> {
  const { default: fastifyStatic } = await import('@fastify/static')
  await app.register(fastifyStatic, { root: folder, serve: false })
  app.get<{ Params: { '*': string } }>('/ui/assets/*', async (request, reply) =>
    reply.sendFile(`assets/${request.params['*']}`, ASSETS),
  )
  app.get('/ui/embed.js', async (_request, reply) => reply.sendFile('embed.js'))
}
