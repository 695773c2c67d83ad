import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { FastifySwaggerUiOptions } from '@fastify/swagger-ui'
import type { FastifyInstance } from 'fastify'
import { NO_KEY_ASKED } from '../auth/guard.ts'
import { answerLate } from '../protocol/lateRoutes.ts'
import { protectPage } from '../protocol/securityHeaders.ts'

const SITE = join(import.meta.dirname, '../../../docs/site')

const ICON =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><circle cx="8" cy="8" r="6" fill="#0a5cc7"/></svg>'

const PATHS = ['/docs/reference', '/docs/reference/', '/docs/reference/*']

/** `GET /docs/reference`: every route, to be tried at once; in the look of the guides, and served from here alone. */
export function referencePage(app: FastifyInstance): void {
  const options = { schema: { hide: true, security: NO_KEY_ASKED }, logLevel: 'warn' } as const
  const answer = answerLate(app, async (inner) => {
    inner.decorate('swagger', app.swagger)
    await openReference(inner)
  })
  for (const path of PATHS) app.get(path, options, answer)
}

/** What shows it is loaded with its first reader. */
async function openReference(page: FastifyInstance): Promise<void> {
  const [{ default: swaggerUi }, style, script] = await Promise.all([
    import('@fastify/swagger-ui'),
    readFile(join(SITE, 'reference.css'), 'utf8'),
    readFile(join(SITE, 'reference.js'), 'utf8'),
  ])
  await protectPage(page)
  const options: FastifySwaggerUiOptions = {
    routePrefix: '/docs/reference',
    theme: {
      title: 'API reference · Conduit',
      css: [{ filename: 'reference.css', content: style }],
      js: [{ filename: 'reference.js', content: script }],
      favicon: [{ filename: 'icon.svg', rel: 'icon', type: 'image/svg+xml', sizes: 'any', content: ICON }],
    },
    uiConfig: { docExpansion: 'list', deepLinking: true, tryItOutEnabled: true, persistAuthorization: false },
  }
  // Called, not registered: it would ask for the plugin that collects the document, and the outer instance has that.
  await page.register(async (scope) => swaggerUi(scope, options, () => undefined))
}
