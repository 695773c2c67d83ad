import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import swaggerUi from '@fastify/swagger-ui'
import type { FastifyInstance } from 'fastify'
import { protectPage } from '../protocol/securityHeaders.ts'

const SITE = join(import.meta.dirname, '../../../docs/site')

const ICON =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><circle cx="8" cy="8" r="6" fill="#0a5cc7"/></svg>'

/** `GET /docs/reference`: every route, to be tried at once; in the look of the guides, and served from here alone. */
export async function referencePage(app: FastifyInstance): Promise<void> {
  const [style, script] = await Promise.all([
    readFile(join(SITE, 'reference.css'), 'utf8'),
    readFile(join(SITE, 'reference.js'), 'utf8'),
  ])
  await app.register(async (page) => {
    await protectPage(page)
    await page.register(swaggerUi, {
      routePrefix: '/docs/reference',
      logLevel: 'warn',
      theme: {
        title: 'API reference · Conduit',
        css: [{ filename: 'reference.css', content: style }],
        js: [{ filename: 'reference.js', content: script }],
        favicon: [{ filename: 'icon.svg', rel: 'icon', type: 'image/svg+xml', sizes: 'any', content: ICON }],
      },
      uiConfig: { docExpansion: 'list', deepLinking: true, tryItOutEnabled: true, persistAuthorization: false },
    })
  })
}
