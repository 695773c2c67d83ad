import { MAX_WAIT_SECONDS } from '../../service/jobs/wait.ts'

/**
 * The `wait` preference of a `Prefer` header (RFC 7240, section 4.3), in seconds; null without one. Above 60 counts as
 * 60; what is malformed is ignored, and of several the first counts (section 2).
 */
export function preferredWait(header: string | readonly string[] | undefined): number | null {
  if (header === undefined) return null
  const text = typeof header === 'string' ? header : header.join(',')
  for (const preference of text.split(',')) {
    const [name = '', value = ''] = (preference.split(';')[0] ?? '').split('=').map((part) => part.trim())
    if (name.toLowerCase() !== 'wait') continue
    const digits = /^(?:"(\d{1,9})"|(\d{1,9}))$/.exec(value)
    return digits === null ? null : Math.min(Number(digits[1] ?? digits[2]), MAX_WAIT_SECONDS)
  }
  return null
}
