import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'

const ROOT = join(import.meta.dirname, '../..')
const page = readFileSync(join(ROOT, 'SECURITY.md'), 'utf8')

describe('SECURITY.md', () => {
  const rows = page.split('\n').filter((line) => line.startsWith('| ') && /`test\//.test(line))
  const files = [...new Set(page.match(/test\/[\w/]+\.test\.ts/g))]

  test.each(files)('names %s, which is there', (file) => {
    expect(existsSync(join(ROOT, file))).toBe(true)
  })

  test('names a test for every threat', () => {
    const [, table = ''] = page.split('## What stands in the way')
    const threats = (table.split('\n## ')[0] ?? '').split('\n').filter((line) => line.startsWith('| '))
    const [_head, _rule, ...told] = threats
    expect(told.length).toBe(rows.length)
    expect(rows.length).toBeGreaterThan(20)
  })

  test('speaks the truth about the audit of dependencies', () => {
    expect(readFileSync(join(ROOT, '.ci/run'), 'utf8')).toContain('npm audit --omit=dev')
  })
})
