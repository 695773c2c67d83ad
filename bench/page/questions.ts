import type { Person } from './person.ts'

export type Question = { readonly asks: string; readonly find: (person: Person) => Promise<string> }

/** What support is asked, and the way to the answer from the overview. */
export const QUESTIONS: readonly Question[] = [
  {
    asks: 'Which orders of customer acme-corp failed this week, and why?',
    find: async (person) => {
      const { page } = person
      await person.search('customer=acme-corp')
      await person.click(page.getByRole('button', { name: 'failed', exact: true }))
      await person.click(page.getByRole('button', { name: 'last 7 days' }))
      await page.getByRole('row', { name: /order 12 acme-12/ }).waitFor()
      return `${await page.locator('table.jobs tbody tr').count()} orders: ${await person.read(page.locator('.why'))}`
    },
  },
  {
    asks: 'Run these 12 again',
    find: async (person) => {
      const { page } = person
      await person.search('customer=acme-corp state:failed')
      await page.getByRole('row', { name: /order 12 acme-12/ }).waitFor()
      await person.check(page.getByLabel('Select all on this page'))
      const bar = page.getByRole('group', { name: '12 selected' })
      await person.click(bar.getByRole('button', { name: 'Re-run' }))
      await page.getByText('12 jobs will be run again, as new jobs.').waitFor()
      await person.click(page.getByRole('dialog').getByRole('button', { name: 'Re-run' }))
      await page.getByText('12 of 12 done').waitFor()
      return '12 of 12 done'
    },
  },
  {
    asks: 'What is the payment of order 82 waiting for?',
    find: async (person) => {
      const { page } = person
      await person.search('order=82')
      await person.click(page.getByRole('link', { name: 'payment of order 82' }))
      return await person.read(page.locator('.callout.wait'))
    },
  },
  {
    asks: 'Who approved the payout of order 90?',
    find: async (person) => {
      const { page } = person
      await person.search('id:payout-90')
      await person.click(page.getByRole('link', { name: 'pay out order 90' }))
      await person.click(page.getByRole('treeitem', { name: /approve/ }))
      return await person.read(page.getByRole('region', { name: 'Value' }))
    },
  },
  {
    asks: 'Is the receiver of our webhooks down?',
    find: async ({ page }) => {
      const receiver = page.getByRole('listitem').filter({ hasText: '/broken' })
      await receiver.waitFor()
      return (await receiver.textContent()) ?? ''
    },
  },
  {
    asks: 'Why did order 77 fail, and what did its step get?',
    find: async (person) => {
      const { page } = person
      await person.search('order=77')
      await person.click(page.getByRole('link', { name: 'refund order 77' }))
      await page.getByRole('region', { name: 'As resolved' }).waitFor()
      return await person.read(page.getByRole('alert'))
    },
  },
  {
    asks: 'Did the nightly report run?',
    find: async (person) => {
      const { page } = person
      await person.go('Schedules')
      const schedule = page.locator('section.panel').filter({ hasText: 'nightly' })
      await schedule.getByRole('link', { name: /succeeded/ }).waitFor()
      return await person.read(schedule.getByRole('link', { name: /succeeded/ }))
    },
  },
  {
    asks: 'What changed in the definition charge?',
    find: async (person) => {
      const { page } = person
      await person.go('Definitions')
      await person.click(page.getByRole('link', { name: 'charge', exact: true }))
      await person.click(page.getByRole('tab', { name: 'Versions' }))
      const changed = page.locator('.diff .added, .diff .removed')
      await changed.first().waitFor()
      return (await changed.allTextContents()).join(' ')
    },
  },
  {
    asks: 'Who cancelled order 91?',
    find: async (person) => {
      const { page } = person
      await person.go('Access')
      await person.click(page.getByRole('tab', { name: 'Audit log' }))
      await person.write(page.getByLabel('Action'), 'job.cancelled')
      const row = page.getByRole('row', { name: /stopped-91/ })
      await row.waitFor()
      return await person.read(row)
    },
  },
  {
    asks: 'What fails most, and which jobs are they?',
    find: async (person) => {
      const { page } = person
      await person.click(page.getByRole('link', { name: 'TEXT.UPPERCASE' }).first())
      await page.locator('.why').first().waitFor()
      return await person.read(page.locator('.why'))
    },
  },
]
