import type { Token, Tokens } from 'marked'
import { type Guide, linkedGuide } from './guides.ts'
import { escapeHtml } from './html.ts'

/** A guide as it is shown, and its headings of the second level. */
export type RenderedGuide = { readonly html: string; readonly headings: readonly Heading[] }

/** A heading, and the anchor that leads to it. */
export type Heading = { readonly id: string; readonly text: string }

/**
 * Makes HTML of a guide's Markdown. HTML in it is shown as text, comments are left out; links to other guides lead to these,
 * links to what is not served are left as text.
 *
 * @param home the address of `/docs/`, relative to the page
 */
export async function renderGuide(guide: Guide, markdown: string, home: string): Promise<RenderedGuide> {
  // Loaded with the first page that is asked for: most services never show one.
  const { Marked } = await import('marked')
  const marked = new Marked({
    async: true,
    walkTokens: async (token) => {
      if (token.type === 'html') makeHarmless(token)
      if (token.type === 'link') await relink(token as Tokens.Link, guide, home)
    },
  })
  const headings: Heading[] = []
  const html = (await marked.parse(markdown)).replaceAll(
    /<h([2-4])>([\s\S]*?)<\/h\1>/g,
    (_, level: string, inner: string) => {
      const text = inner.replaceAll(/<[^>]*>/g, '')
      const id = anchorOf(unescapeHtml(text))
      if (level === '2') headings.push({ id, text })
      return `<h${level} id="${id}">${inner} <a class="anchor" href="#${id}" aria-label="Link to this section">#</a></h${level}>`
    },
  )
  // Wide tables and programs scroll by themselves; what scrolls can be reached by the keyboard.
  const scrolling = html
    .replaceAll('<table>', '<div class="wide" role="region" aria-label="Table" tabindex="0"><table>')
    .replaceAll('</table>', '</table></div>')
    .replaceAll('<pre>', '<pre tabindex="0">')
  return { html: scrolling, headings }
}

/** The anchor of a heading, as GitHub makes it. */
export function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\w\s-]/g, '')
    .replaceAll(' ', '-')
}

function makeHarmless(token: Token): void {
  const { text } = token as Tokens.HTML
  Object.assign(token, { text: text.trimStart().startsWith('<!--') ? '' : escapeHtml(text) })
}

async function relink(token: Tokens.Link, guide: Guide, home: string): Promise<void> {
  if (/^(https?:|#)/.test(token.href)) return
  const [path = '', anchor] = token.href.split('#')
  const linked = await linkedGuide(guide, path)
  if (linked !== undefined) token.href = `${home}${linked.slug}${anchor === undefined ? '' : `#${anchor}`}`
  else if (path.endsWith('openapi.json')) token.href = `${home}reference`
  else if (path.endsWith('docs/README.md')) token.href = home
  else Object.assign(token, { type: 'text', text: token.text, tokens: undefined })
}

function unescapeHtml(text: string): string {
  return text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&')
}
