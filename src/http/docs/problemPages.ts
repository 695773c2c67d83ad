import type { FastifyInstance } from 'fastify'
import { isProblemSlug, PROBLEMS, ProblemError, type ProblemSlug } from '../../wire/problem.ts'
import { NO_KEY_ASKED } from '../auth/guard.ts'
import { escapeHtml, sendPage } from './html.ts'

/** `GET /problems/{slug}`: what the `type` of a problem leads to. */
export function problemPages(app: FastifyInstance): void {
  app.get<{ Params: { slug: string } }>(
    '/problems/:slug',
    { schema: { hide: true, security: NO_KEY_ASKED }, logLevel: 'warn' },
    async ({ params: { slug } }, reply) => {
      if (!isProblemSlug(slug)) throw new ProblemError('not-found', 'there is no such problem')
      return sendPage(reply, { title: slug, body: bodyOf(slug), home: '../docs/' })
    },
  )
}

function bodyOf(slug: ProblemSlug): string {
  const [status, title, advice] = PROBLEMS[slug]
  const alike = Object.entries(PROBLEMS).filter(([other, [code]]) => code === status && other !== slug)
  const others = alike.map(([other]) => `<li><a href="${other}"><code>${other}</code></a></li>`).join('')
  return `<h1>${escapeHtml(title)}</h1>
<p>Status <b>${status}</b>, type <code>/problems/${slug}</code>.</p>
<h2>What to do</h2>
<p>${escapeHtml(advice).replaceAll(/`([^`]+)`/g, '<code>$1</code>')}</p>
<p><code>detail</code> in the answer says what happened this time, <code>instance</code> is the request's id in the service's log, and
<code>errors</code>, where it is there, points into the body.</p>
${others === '' ? '' : `<h2>Others with ${status}</h2><ul>${others}</ul>`}
<p><a href="../docs/problems">All problems</a></p>`
}
