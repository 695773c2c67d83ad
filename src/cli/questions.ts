import { Command } from 'commander'
import { type Client, ConduitProblem, type Step } from '@conduit-jobs/client'
import { CommandError, EXIT } from '../admin/commandError.ts'
import { connect } from './connection.ts'
import { readLocals } from './jobs/commands.ts'
import { ago } from '../terminal/moments.ts'
import { JSON_OPTION, note, printJson, printTable, type Shown } from '../terminal/output.ts'

/** `conduit questions`: what jobs ask people, and the answers. */
export function questionsCommand(): Command {
  return new Command('questions')
    .description('What jobs ask people.')
    .addCommand(listCommand())
    .addCommand(answerCommand())
}

const COLUMNS = [
  { heading: 'ID' },
  { heading: 'JOB', flexible: true },
  { heading: 'TITLE', flexible: true },
  { heading: 'TO', flexible: true },
  { heading: 'ASKED' },
]

function listCommand(): Command {
  return new Command('list')
    .description('Shows open questions, newest first.')
    .option('--job <id>', 'of one job')
    .option('--cursor <text>', 'the page after this one')
    .option(...JSON_OPTION)
    .action(async ({ json, job, cursor }: Shown & { job?: string; cursor?: string }) => {
      const page = await (await connect()).questions.list({ job_id: job }).page(cursor)
      if (json) return printJson(page)
      const rows = page.data.map((one) => [one.id, one.job_id, one.title ?? one.step, one.to ?? '', ago(one.asked_at)])
      printTable(COLUMNS, rows, 'there are no open questions')
      if (page.next_cursor !== null) note(`more: conduit questions list --cursor ${page.next_cursor}`)
    })
}

type AnswerOptions = Shown & { value?: string; by?: string }

function answerCommand(): Command {
  return new Command('answer')
    .description('Answers a question, once.')
    .argument('<id>', 'of the question, or of a job that asks one')
    .argument('[fields...]', 'key=value for each field of its form; JSON, or text')
    .option('--value <json>', 'the whole answer, in place of fields')
    .option('--by <text>', 'who answers')
    .option(...JSON_OPTION)
    .action(async (id: string, fields: string[], { json, value, by }: AnswerOptions) => {
      const client = await connect()
      const given = value === undefined ? readLocals(fields) : parseValue(value)
      const question = await client.questions.answer(
        await questionOf(client, id),
        given,
        by === undefined ? {} : { by },
      )
      if (json) printJson(question)
      else note(`answered: ${question.title ?? question.step}`)
    })
}

/** People know the job: where it asks one thing, that is meant. What is no job's id is taken for a question's. */
async function questionOf(client: Client, id: string): Promise<string> {
  const { data } = await client.questions.list({ job_id: id, limit: 2 }).page()
  if (data.length > 1)
    throw new CommandError(`job ${id} asks more than one thing; take an id of: conduit questions list --job ${id}`)
  if (data[0] !== undefined) return data[0].id
  await refuseSilentJob(client, id)
  return id
}

/** Throws for a job that asks nothing now: what it asked last was answered, or nobody waits for it any more. */
async function refuseSilentJob(client: Client, id: string): Promise<void> {
  const asked = await stepsThatAsk(client, id)
  if (asked === null) return
  const given = asked.findLast(({ status }) => status.name === 'DONE')?.return_value as Given | undefined
  if (given === undefined) throw new CommandError(`job ${id} asks nothing now`)
  throw new CommandError(`the question of job ${id} was answered before, by ${given.by}, ${ago(given.at)}`)
}

/** In the order in which they ended; null: there is no such job, or none that may be looked at. */
async function stepsThatAsk(client: Client, id: string): Promise<Step[] | null> {
  try {
    const asked: Step[] = []
    for await (const step of client.jobs.steps(id, { parent: '*' })) if (step.action === 'FLOW.ASK') asked.push(step)
    return asked
  } catch (error) {
    if (error instanceof ConduitProblem && (error.status === 404 || error.status === 403)) return null
    throw error
  }
}

/** What a step that asked gives. */
type Given = { readonly by: string; readonly at: string }

function parseValue(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new CommandError(`--value is no JSON: ${text.slice(0, 100)}`, EXIT.usage)
  }
}
