import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

export const ROOT = join(import.meta.dirname, '../..')

/** A fenced block of code in a page. */
export type Fence = { readonly page: string; readonly line: number; readonly language: string; readonly code: string }

/** All pages of the documentation, by their paths from the root. */
export async function pagePaths(): Promise<string[]> {
  const docs = (await readdir(join(ROOT, 'docs'))).filter((name) => name.endsWith('.md')).map((name) => `docs/${name}`)
  const top = (await readdir(ROOT)).filter((name) => name.endsWith('.md'))
  return [...top, ...docs].sort()
}

export async function readPage(page: string): Promise<string> {
  return await readFile(join(ROOT, page), 'utf8')
}

export function fencesOf(page: string, text: string): Fence[] {
  return [...text.matchAll(/^```(\w*)[^\n]*\n([\s\S]*?)^```$/gm)].map((match) => ({
    page,
    line: text.slice(0, match.index).split('\n').length,
    language: match[1] ?? '',
    code: match[2] ?? '',
  }))
}

/** Lines such as `"{# count #}" → 3`: two values as JSON, or a value and a word. */
export function examplesIn(code: string): { written: unknown; gives: string; line: string }[] {
  return code
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [written = '', gives = ''] = line.split(' → ')
      return { written: JSON.parse(written), gives, line }
    })
}
