import type { Question } from './questions.ts'

/** Ten others, of support, of who operates the service, and of who writes definitions. */
export const MORE_QUESTIONS: readonly Question[] = [
  {
    asks: 'What is still open for the customer of order 79?',
    find: async (person) => {
      const { page } = person
      await person.search('customer=acme')
      await person.click(page.getByRole('button', { name: 'not over' }))
      await page.getByRole('row', { name: /fulfil order 79/ }).waitFor()
      await page.getByRole('row', { name: /refund order 77/ }).waitFor({ state: 'detached' })
      return (await page.locator('table.jobs tbody tr').allTextContents()).join('; ')
    },
  },
  {
    asks: 'What did order 20 give?',
    find: async (person) => {
      const { page } = person
      await person.search('id:acme-20')
      await person.click(page.getByRole('link', { name: 'order 20' }))
      await person.click(page.getByRole('tab', { name: 'Values' }))
      return await person.read(page.getByRole('tabpanel'))
    },
  },
  {
    asks: 'Was the shop told that order 20 ended, and what did it answer?',
    find: async (person) => {
      const { page } = person
      await person.search('id:acme-20')
      await person.click(page.getByRole('link', { name: 'order 20' }))
      await person.click(page.getByRole('tab', { name: 'Deliveries' }))
      const row = page.getByRole('row', { name: /orders/ })
      await row.first().waitFor()
      return await person.read(row)
    },
  },
  {
    asks: 'When is order 92 tried again?',
    find: async (person) => {
      const { page } = person
      await person.search('order=92')
      await person.click(page.getByRole('link', { name: 'order 92' }))
      await page.getByText('waits for its next try').waitFor()
      return await person.read(page.locator('.callout.wait'))
    },
  },
  {
    asks: 'Which job has waited longest?',
    find: async (person) => {
      const { page } = person
      await person.click(page.getByRole('link', { name: /Waiting/ }))
      await person.click(page.getByRole('button', { name: 'oldest first' }))
      await page.locator('table.jobs tbody tr').first().waitFor()
      return await person.read(page.locator('table.jobs tbody tr'))
    },
  },
  {
    asks: 'How near is the tenant to its limits?',
    find: async (person) => {
      const { page } = person
      await person.go('Access')
      await person.click(page.getByRole('tab', { name: 'Limits' }))
      const row = page.getByRole('row', { name: /jobs queued|jobs open|jobs running/ })
      await row.first().waitFor()
      return await person.read(row)
    },
  },
  {
    asks: 'When does the nightly report run next?',
    find: async (person) => {
      const { page } = person
      await person.go('Schedules')
      const schedule = page.locator('section.panel').filter({ hasText: 'nightly' })
      return await person.read(schedule.locator('.chip time'))
    },
  },
  {
    asks: 'Do the tests of the definition refund pass?',
    find: async (person) => {
      const { page } = person
      await person.go('Definitions')
      await person.click(page.getByRole('link', { name: 'refund', exact: true }))
      await person.click(page.getByRole('tab', { name: 'Tests' }))
      await page.getByText('passed').waitFor()
      return await person.read(page.getByRole('tabpanel'))
    },
  },
  {
    asks: 'What does TEXT.JOIN take, and how is it written as a step?',
    find: async (person) => {
      const { page } = person
      await person.go('Blocks')
      await page.getByPlaceholder('Search blocks').waitFor()
      await person.search('join two')
      await person.click(page.getByRole('link', { name: /TEXT\.JOIN/ }))
      await page.getByRole('button', { name: 'Copy as a step' }).waitFor()
      return await person.read(page.getByRole('region', { name: 'Parameters' }))
    },
  },
  {
    asks: 'What would the definition refund do with other values?',
    find: async (person) => {
      const { page } = person
      await person.go('Definitions')
      await person.click(page.getByRole('link', { name: 'Edit refund' }))
      await person.write(page.getByRole('textbox', { name: /Order/ }), '93')
      await page.getByRole('spinbutton', { name: /Amount/ }).fill('5')
      await person.click(page.getByRole('button', { name: 'Dry run' }))
      await page.getByRole('heading', { name: 'Result of the dry run' }).waitFor()
      return 'Result of the dry run'
    },
  },
]
