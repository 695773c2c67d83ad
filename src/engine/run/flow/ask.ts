import { Type } from 'typebox'
import { checkSchema } from '../../schemas/check.ts'
import { compileValue } from '../../tags/template.ts'
import type { FlowAction } from '../flowAction.ts'
import type { Json } from '../../values/json.ts'
import { WaitRun } from './waitRun.ts'

/** What is asked where nothing else is: yes or no. */
export const APPROVAL: Json = {
  type: 'object',
  properties: { approved: { type: 'boolean' } },
  required: ['approved'],
  additionalProperties: false,
}

const text = (maxLength: number, description: string) => Type.Optional(Type.String({ maxLength, description }))

/** Waits for an answer by a person or a program. Gives it, and by whom it was given, and when. */
export const ask: FlowAction = {
  action: 'FLOW.ASK',
  description: 'Waits for an answer by a person or a program.',
  keywords: ['approve', 'approval', 'human', 'confirm', 'form', 'manual'],
  parameters: Type.Object({
    title: text(200, 'The question, in a line.'),
    text: text(20_000, 'What is to be known before.'),
    form: Type.Optional(Type.Record(Type.String(), Type.Unknown(), { description: 'A JSON Schema of the answer.' })),
    to: text(200, 'Who is asked, for people.'),
  }),
  returns: Type.Object({ value: Type.Unknown(), by: Type.String(), at: Type.String() }),
  shape: { steps: 'meanwhile', roots: ['wait'], timeout: 'may' },
  check: ({ form }) => {
    const [mistake] = form === undefined ? [] : checkSchema(form)
    return mistake === undefined ? null : `the parameter form${mistake.pointer} ${mistake.detail}`
  },
  mistakes: ({ form }) => {
    // A form with tags is known only when the step is reached.
    if (form === undefined || compileValue(form).kind !== 'literal') return []
    return checkSchema(form).map(({ pointer, detail }) => ({ pointer: `/form${pointer}`, detail }))
  },
  begin: ({ attemptAt: since }, { title, text: more, form, to }) => ({
    decision: null,
    wait: {
      kind: 'ask',
      since,
      until: null,
      title: textOf(title),
      text: textOf(more),
      form: form ?? APPROVAL,
      to: textOf(to),
    },
  }),
  open: (frame) => {
    const run = new WaitRun(
      frame,
      (message) => message.kind === 'answer' && message.path === frame.path,
      (message) => {
        if (message.kind !== 'answer') return null
        const { value, by, at } = message
        return { value, by, at: new Date(at).toISOString() }
      },
    )
    run.begin()
    return run
  },
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null
}
