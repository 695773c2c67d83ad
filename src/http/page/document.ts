import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

/** Where the built page lies: beside `src` in a checkout, beside `dist` in the package. */
export const PAGE_FOLDER = join(import.meta.dirname, '../../../ui/dist')

/** The page's document for one request. */
export type PageDocument = { readonly html: string; readonly policy: string }

let template: Promise<string> | null = null

/**
 * Makes the document of the page for one address below `/ui/`. Its links are relative, so that it works behind a proxy
 * under any path; `base` can't do that, the policy forbids it.
 *
 * @param below what follows `/ui/` in the address, without a query
 * @param frameAncestors who may frame it; none for all but the embedded view
 */
export async function pageDocument(below: string, frameAncestors: readonly string[]): Promise<PageDocument> {
  template ??= readFile(join(PAGE_FOLDER, 'index.html'), 'utf8')
  const upwards = '../'.repeat(below.split('/').length - 1) || './'
  // CodeMirror writes its styles into the page: they carry this nonce.
  const nonce = randomBytes(18).toString('base64')
  return {
    html: (await template).replaceAll('="./', `="${upwards}`).replace('STYLE_NONCE', nonce),
    policy: [
      "default-src 'none'",
      "script-src 'self'",
      `style-src 'self' 'nonce-${nonce}'`,
      "connect-src 'self'",
      "img-src 'self' data:",
      `frame-ancestors ${frameAncestors.length === 0 ? "'none'" : frameAncestors.join(' ')}`,
      "base-uri 'none'",
      "form-action 'self'",
    ].join('; '),
  }
}
