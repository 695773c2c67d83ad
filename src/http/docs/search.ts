import type { FastifyInstance } from 'fastify'
import { isObject } from '../../engine/values/json.ts'
import { PROBLEMS } from '../../wire/problem.ts'
import { guideSections, guideText } from './guides.ts'
import { escapeHtml } from './html.ts'
import { anchorOf } from './markdown.ts'

/** Something that can be found. */
type Passage = {
  /** Relative to `/docs/`. */
  readonly link: string
  readonly title: string
  /** Where it stands: a guide, the reference, the problems. */
  readonly part: string
  readonly text: string
}

const MOST_FOUND = 30
const MOST_WORDS = 8
const SNIPPET = 160

/** Of Markdown what stands around lines and cells, and what stands within them. */
const BLOCKS = /^```\w*|^[#>]+ |^ *- |\||(^|\s)[-:]+(?=\s|$)/gm
const MARKS = /`|\*\*/g
const LINK = /\[([^\]]*)\]\([^)]*\)/g

let passages: Promise<readonly Passage[]> | null = null

/** What was found, as HTML: passages that hold every word, those with the words in their title first. */
export async function searchDocs(app: FastifyInstance, query: string): Promise<string> {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean).slice(0, MOST_WORDS)
  if (words.length === 0) return '<p>Type some words above: guides, the API and the problems are searched.</p>'
  passages ??= collect(app)
  const found = (await passages)
    .map((passage) => ({ passage, score: scoreOf(passage, words) }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score)
    .slice(0, MOST_FOUND)
  if (found.length === 0) return `<p>Nothing has all of: <b>${escapeHtml(words.join(' '))}</b>.</p>`
  return `<ol class="found">${found.map(({ passage }) => itemOf(passage, words[0] ?? '')).join('')}</ol>`
}

function scoreOf({ title, part, text }: Passage, words: readonly string[]): number {
  const [inTitle, inPart, inText] = [title.toLowerCase(), part.toLowerCase(), text.toLowerCase()]
  let score = 0
  for (const word of words) {
    if (inTitle.includes(word)) score += inTitle === word ? 12 : 6
    else if (inPart.includes(word)) score += 3
    else if (inText.includes(word)) score += 1
    else return 0
  }
  return score
}

function itemOf({ link, title, part, text }: Passage, word: string): string {
  const snippet = escapeHtml(around(text, word))
  return `<li><a href="${escapeHtml(link)}">${escapeHtml(title)}</a> <span>${escapeHtml(part)}</span><p>${snippet}</p></li>`
}

/** Whole words of a text around one of them, or its beginning. */
function around(text: string, word: string): string {
  const from = Math.max(0, text.toLowerCase().indexOf(word) - SNIPPET / 4)
  const begin = from === 0 ? 0 : text.indexOf(' ', from) + 1
  const end = begin + SNIPPET < text.length ? text.lastIndexOf(' ', begin + SNIPPET) : text.length
  return `${begin > 0 ? '… ' : ''}${text.slice(begin, end)}${end < text.length ? ' …' : ''}`
}

/** Markdown as it reads. */
function plain(markdown: string): string {
  return markdown.replaceAll(LINK, '$1').replaceAll(BLOCKS, ' ').replaceAll(MARKS, '').replaceAll(/\s+/g, ' ').trim()
}

async function collect(app: FastifyInstance): Promise<Passage[]> {
  const found: Passage[] = []
  for (const { guides } of await guideSections()) {
    for (const guide of guides) {
      const parts = (await guideText(guide)).split(/^##+ /m)
      parts.forEach((part, i) => {
        const [heading = '', ...lines] = part.split('\n')
        const title = i === 0 ? guide.title : heading
        const link = i === 0 ? guide.slug : `${guide.slug}#${anchorOf(heading)}`
        found.push({ link, title, part: guide.title, text: plain(lines.join('\n')) })
      })
    }
  }
  for (const [slug, [status, title, advice]] of Object.entries(PROBLEMS)) {
    found.push({
      link: `../problems/${slug}`,
      title: slug,
      part: `Problem ${status}`,
      text: plain(`${title}. ${advice}`),
    })
  }
  return [...found, ...operations(app.swagger())]
}

function operations({ paths = {} }: { paths?: object }): Passage[] {
  return Object.entries(paths as Record<string, Record<string, unknown>>).flatMap(([path, methods]) =>
    Object.entries(methods)
      .filter(([, operation]) => isObject(operation))
      .map(([method, operation]) => {
        const {
          operationId,
          summary,
          description = '',
          tags,
        } = operation as {
          operationId: string
          summary: string
          description?: string
          tags: string[]
        }
        const link = `reference#/${tags[0] ?? 'default'}/${operationId}`
        return { link, title: summary, part: `${method.toUpperCase()} ${path}`, text: plain(description) }
      }),
  )
}
