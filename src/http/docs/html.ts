import type { FastifyReply } from 'fastify'
import { type GuideSection, guideSections } from './guides.ts'

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** Text as it may stand anywhere in HTML. */
export function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => ESCAPES[character] ?? character)
}

/** These pages need a style sheet; nothing runs in them but what would come from here. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

/** What one page of the documentation holds. */
export type DocsPage = {
  readonly title: string
  /** HTML that is safe. */
  readonly body: string
  /** The address of `/docs/`, relative to the page: whatever path a proxy puts before it stays. */
  readonly home: string
  /** The slug of the guide that is shown, if it is one. */
  readonly current?: string
  /** Links to the page's own parts, as HTML. */
  readonly aside?: string
  /** What was searched for. */
  readonly query?: string
}

/** Answers with a page in the documentation's own frame: navigation, search, content. */
export async function sendPage(reply: FastifyReply, page: DocsPage): Promise<FastifyReply> {
  const html = frame(page, await guideSections())
  return reply
    .headers({ 'content-security-policy': POLICY, 'cache-control': 'no-cache' })
    .type('text/html; charset=utf-8')
    .send(html)
}

function frame(
  { title, body, home, current, aside = '', query = '' }: DocsPage,
  sections: readonly GuideSection[],
): string {
  const navigation = sections.map((section) => sectionLinks(section, home, current)).join('')
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)} · Conduit</title>
<link rel="stylesheet" href="${home}site/style.css">
<link rel="icon" href="data:,">
</head>
<body>
<a class="skip" href="#content">Skip to the content</a>
<header>
<a class="brand" href="${home}">Conduit <span>docs</span></a>
<nav aria-label="Parts">
<a href="${home}"${current === '' ? ' aria-current="page"' : ''}>Guides</a>
<a href="${home}reference">API reference</a>
<a href="${home}../ui/">The page</a>
</nav>
<form role="search" action="${home}search"><input type="search" name="q" maxlength="100" value="${escapeHtml(query)}" placeholder="Search" aria-label="Search the documentation"></form>
</header>
<div class="columns">
<nav class="guides" aria-label="Guides">${navigation}</nav>
<main id="content">${body}</main>
<nav class="parts" aria-label="On this page">${aside}</nav>
</div>
</body>
</html>
`
}

function sectionLinks({ title, guides }: GuideSection, home: string, current: string | undefined): string {
  const links = guides.map(({ slug, title: name }) => {
    const mark = slug === current ? ' aria-current="page"' : ''
    return `<li><a href="${home}${slug}"${mark}>${escapeHtml(name)}</a></li>`
  })
  return `<h2>${escapeHtml(title)}</h2><ul>${links.join('')}</ul>`
}
