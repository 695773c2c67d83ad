import { existsSync } from 'node:fs'
import { chromium } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { startConduit } from '../support/conduit.ts'
import { PATIENCE_MS } from '../support/patience.ts'

const CHROMIUM = process.env['CHROMIUM'] ?? '/usr/bin/chromium'

/** Needs the system's Chromium: `apt-get install chromium`, or its path in `CHROMIUM`. */
describe.skipIf(!existsSync(CHROMIUM))('the documentation page in a browser', () => {
  test('shows every operation, sends a request, and nothing breaks its policy or loads from elsewhere', {
    timeout: PATIENCE_MS,
  }, async () => {
    await using service = await startConduit({ settings: { PORT: '0' } })
    const url = await service.conduit.listen()
    await using browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] })
    const page = await browser.newPage()
    const complaints: string[] = []
    const hosts = new Set<string>()
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text())
    })
    page.on('pageerror', (error) => complaints.push(String(error)))
    page.on('requestfailed', (request) => complaints.push(`${request.url()} failed`))
    page.on('request', (request) => {
      if (!request.url().startsWith('data:')) hosts.add(new URL(request.url()).host)
    })

    await page.goto(`${url}/docs/reference`)
    await page.locator('#operations-Jobs-submitJob').waitFor()
    await page.locator('#operations-Service-getLiveness').click()
    await page.locator('#operations-Service-getLiveness button.execute').click()
    await page.locator('#operations-Service-getLiveness .live-responses-table .response-col_status').last().waitFor()
    expect(await page.locator('#operations-Service-getLiveness .live-responses-table').innerText()).toContain('200')

    expect(complaints).toEqual([])
    expect([...hosts]).toEqual([new URL(url).host])
  })
})
