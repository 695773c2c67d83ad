import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ProblemError } from '../../wire/problem.ts'

/** Where the built page lies: beside `src` in a checkout, beside `dist` in the package. */
export const PAGE_FOLDER = join(import.meta.dirname, '../../../ui/dist')

/** The page's document for one request. */
export type PageDocument = { readonly html: string; readonly policy: string }

/** A build that goes on is over by then. */
const RETRY_AFTER_SECONDS = 2

/**
 * Makes the document of the page for one address below `/ui/`. Its links are relative, so that it works behind a proxy
 * under any path; `base` can't do that, the policy forbids it. It is read each time: a build below a running service gives
 * its files other names. Throws `unavailable` where there is none.
 *
 * @param folder where the built page lies
 * @param below what follows `/ui/` in the address, without a query
 * @param frameAncestors who may frame it; none for all but the embedded view
 */
export async function pageDocument(
  folder: string,
  below: string,
  frameAncestors: readonly string[],
): Promise<PageDocument> {
  const template = await templateIn(folder)
  const upwards = '../'.repeat(below.split('/').length - 1) || './'
  // CodeMirror writes its styles into the page: they carry this nonce.
  const nonce = randomBytes(18).toString('base64')
  return {
    html: template.replaceAll('="./', `="${upwards}`).replaceAll('STYLE_NONCE', nonce),
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

async function templateIn(folder: string): Promise<string> {
  try {
    return await readFile(join(folder, 'index.html'), 'utf8')
  } catch {
    const detail = `the page is not there: it is being built, or was not; \`npm run ui\` builds it into ${folder}`
    throw new ProblemError('unavailable', detail, { retryAfter: RETRY_AFTER_SECONDS })
  }
}
