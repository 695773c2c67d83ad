import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { isWebhookSecret } from '../../src/wire/webhookSecret.ts'
import { createEmptyDatabase } from '../support/database.ts'

async function show(settings: Record<string, string>, ...options: string[]): Promise<string> {
  const bin = join(import.meta.dirname, '../../bin/conduit.js')
  const env = { PATH: process.env['PATH'], TMPDIR: process.env['TMPDIR'], ...settings }
  const { stdout } = await promisify(execFile)(process.execPath, [bin, 'webhook-secret', ...options], { env })
  return stdout
}

test('conduit webhook-secret shows one secret a tenant, the same each time, made where there is none', async () => {
  await using database = await createEmptyDatabase()
  const settings = { DATABASE_URL: database.url }
  const first = await show(settings)
  expect(isWebhookSecret(first.trim())).toBe(true)
  expect(await show(settings, '--tenant', 'default')).toBe(first)
  expect(await show(settings, '--tenant', 'other')).not.toBe(first)
})

test('conduit webhook-secret needs no database where WEBHOOK_SECRET is set, and follows it', async () => {
  const first = await show({ WEBHOOK_SECRET: 'one' })
  expect(isWebhookSecret(first.trim())).toBe(true)
  expect(await show({ WEBHOOK_SECRET: 'two' })).not.toBe(first)
})

test('a command that can’t be carried out says why in one line', async () => {
  const failed = show({ DATABASE_URL: 'mysql://x' })
  await expect(failed).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^conduit: DATABASE_URL [^\n]+\n$/),
  })
})
