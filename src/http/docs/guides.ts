import { readFile } from 'node:fs/promises'
import { join, normalize } from 'node:path'

/** The root of the checkout, the image or the package: guides lie there as in the repository. */
const ROOT = join(import.meta.dirname, '../../..')
const INDEX = 'docs/README.md'

/** A page of the documentation. */
export type Guide = {
  /** How `/docs/` names it. */
  readonly slug: string
  readonly title: string
  /** What it is about, in half a sentence. */
  readonly about: string
  /** Its file, from the root. */
  readonly file: string
}

/** Guides that belong together, as `docs/README.md` puts them. */
export type GuideSection = { readonly title: string; readonly guides: readonly Guide[] }

const ENTRY = /^- \[([^\]]+)\]\(([^)\s]+\.md)\)[:.]?\s*(.*)$/

let sections: Promise<readonly GuideSection[]> | null = null

/** All guides, read from the index of the documentation: what it does not name is not served. */
export function guideSections(): Promise<readonly GuideSection[]> {
  sections ??= readFile(join(ROOT, INDEX), 'utf8').then(sectionsOf)
  return sections
}

/** One guide by its slug, or undefined. */
export async function findGuide(slug: string): Promise<Guide | undefined> {
  return (await guideSections()).flatMap(({ guides }) => guides).find((guide) => guide.slug === slug)
}

/** A guide's Markdown. */
export function guideText({ file }: Pick<Guide, 'file'>): Promise<string> {
  return readFile(join(ROOT, file), 'utf8')
}

/** Which guide a link in one leads to; undefined where it leads to no guide. */
export async function linkedGuide(from: Pick<Guide, 'file'>, target: string): Promise<Guide | undefined> {
  const file = normalize(join(from.file, '..', target))
  return (await guideSections()).flatMap(({ guides }) => guides).find((guide) => guide.file === file)
}

function sectionsOf(index: string): GuideSection[] {
  return index
    .split(/^## /m)
    .slice(1)
    .map((part) => {
      const [title = '', ...lines] = part.split('\n')
      return {
        title,
        guides: lines
          .map((line) => ENTRY.exec(line))
          .filter((entry) => entry !== null)
          .map(guideOf),
      }
    })
}

function guideOf([, title = '', link = '', about = '']: RegExpExecArray): Guide {
  const file = normalize(join('docs', link))
  return { slug: slugOf(file), title, about: about.replaceAll('`', ''), file }
}

/** `docs/flow.md` is `flow`, `client/README.md` is `client`. */
function slugOf(file: string): string {
  return file
    .replace(/^docs\//, '')
    .replace(/\/README\.md$|\.md$/, '')
    .toLowerCase()
}
