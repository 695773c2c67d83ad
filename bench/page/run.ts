import { parseArgs } from 'node:util'
import { createClient } from '@conduit-jobs/client'
import { pino } from 'pino'
import { createConduit } from '../../src/compose/conduit.ts'
import { launch, openPage } from '../../test/ui/browser.ts'
import { fillFinished } from '../growth/fill.ts'
import { openServer } from '../service/postgres.ts'
import { firstRows } from './firstRows.ts'
import { fillSupport } from './jobs.ts'
import { MORE_QUESTIONS } from './moreQuestions.ts'
import { QUESTIONS } from './questions.ts'
import { Person } from './person.ts'

// How soon does the page show something, and how far is it to an answer? `npm run bench:page` tells, in a browser.

const { values: options } = parseArgs({
  options: { jobs: { type: 'string', default: '5000' }, only: { type: 'string', default: '' } },
})
const DATABASE = 'conduit_bench_page'
const say = (line: string): void => void process.stdout.write(`${line}\n`)

await using stack = new AsyncDisposableStack()
const server = stack.use(await openServer())
const url = await server.database(DATABASE)
stack.defer(() => server.drop(DATABASE))
const settings = { PORT: '0', DATABASE_URL: url, WEBHOOK_ALLOW_PRIVATE: 'true' }
const conduit = stack.use(await createConduit({ log: pino({ level: 'silent' }), settings }))
const address = await conduit.listen()
say(`${server.description}; filling in ${options.jobs} jobs`)
await fillFinished(url, Number(options.jobs))
stack.use(await fillSupport(createClient({ baseUrl: address })))
const browser = await launch(stack)

say('\n| view | first row, ms (median of 5) |\n| --- | --- |')
for (const { view, median } of await firstRows(browser, address)) say(`| ${view} | ${median.toFixed(0)} |`)

say('\n| question | answer | clicks | entries | seconds |\n| --- | --- | --- | --- | --- |')
const asked = [...QUESTIONS, ...MORE_QUESTIONS].filter(({ asks }) => asks.includes(options.only))
for (const { asks, find } of asked) {
  const { page, wrong } = await openPage(browser)
  await page.goto(`${address}/ui/`)
  await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor()
  const person = new Person(page)
  const answer = await find(person)
  const cell = answer.replaceAll(/\s+/g, ' ').replaceAll('|', '\\|').trim().slice(0, 100)
  say(`| ${asks} | ${cell} | ${person.clicks} | ${person.entries} | ${person.seconds.toFixed(1)} |`)
  for (const fault of wrong) say(`the console said: ${fault}`)
  await page.context().close()
}
