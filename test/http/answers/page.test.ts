import { existsSync } from 'node:fs'
import { chromium } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { startReceiver } from '../../outbound/receiver.ts'
import { startConduit } from '../../support/conduit.ts'
import { addWebhook, LOCAL, verified } from '../../webhooks/delivery.ts'
import { PATIENCE_MS } from '../../support/patience.ts'

const CHROMIUM = process.env['CHROMIUM'] ?? '/usr/bin/chromium'

const HOSTILE = `</title><script>document.title='owned'</script><img src=x onerror="document.title='owned'"> "'&<b>`

/** Needs the system's Chromium: `apt-get install chromium`, or its path in `CHROMIUM`. */
describe.skipIf(!existsSync(CHROMIUM))('the page of a question in a browser', () => {
  test('is answered by keyboard, runs nothing of a hostile question, and breaks no policy', {
    timeout: PATIENCE_MS,
  }, async () => {
    await using receiver = await startReceiver()
    await using service = await startConduit({ settings: { ...LOCAL, PORT: '0', PUBLIC_URL: 'http://127.0.0.1:1' } })
    const address = await service.conduit.listen()
    await addWebhook(service, receiver.url, { events: ['step.waiting'] })
    const form = {
      type: 'object',
      properties: {
        sure: { type: 'boolean', title: HOSTILE, description: HOSTILE },
        amount: { type: 'integer', minimum: 1, default: 1 },
        [HOSTILE]: { type: 'string', enum: [HOSTILE, 'harmless'] },
      },
      required: ['sure'],
    }
    const parameters = { title: HOSTILE, text: HOSTILE, to: HOSTILE, form }
    const steps = [{ id: 'ask', action: 'FLOW.ASK', parameters }]
    await service.client.jobs.submit({ id: 'a', steps, output: '{: ask :}' })
    await expect.poll(() => receiver.visits.length, { timeout: PATIENCE_MS }).toBe(1)
    const [visit] = receiver.visits
    const link: string = visit === undefined ? '' : verified(visit).data.answer_url
    const url = link.replace('http://127.0.0.1:1', address)

    await using browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] })
    const page = await browser.newPage()
    const complaints: string[] = []
    const asked: string[] = []
    page.on('console', (message) => complaints.push(message.text()))
    page.on('pageerror', (error) => complaints.push(String(error)))
    page.on('request', (request) => asked.push(new URL(request.url()).pathname))
    await page.goto(url)
    expect(await page.title()).toBe(HOSTILE)
    expect(await page.locator('h1').innerText()).toBe(HOSTILE)
    expect(await page.evaluate('document.scripts.length + document.images.length')).toBe(0)

    const focused = () => page.evaluate("document.activeElement?.getAttribute('name')")
    await page.keyboard.press('Tab')
    expect(await focused()).toBe('sure')
    await page.keyboard.press('Space')
    await page.keyboard.press('Tab')
    expect(await focused()).toBe('amount')
    await page.keyboard.type('2')
    await page.keyboard.press('Tab')
    await page.keyboard.type('harmless')
    await page.keyboard.press('Tab')
    expect(await focused()).toBe('by')
    await page.keyboard.type('Ada')
    await page.keyboard.press('Tab')
    await Promise.all([page.waitForURL(url), page.waitForEvent('load'), page.keyboard.press('Enter')])
    await page.getByText('Your answer was taken.').waitFor()

    const { output } = await service.client.jobs.wait('a')
    expect(output).toMatchObject({ by: 'Ada', value: { sure: true, amount: 2, [HOSTILE]: 'harmless' } })
    expect(complaints.filter((text) => !text.includes('favicon'))).toEqual([])
    expect(new Set(asked.filter((path) => path !== '/favicon.ico')).size).toBe(1)
  })
})
