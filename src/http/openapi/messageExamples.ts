const JOB = {
  id: '01937c5e-0f1e-7c7a-b1f0-2f6a5d0f8f11',
  name: 'greeting',
  state: 'running',
  success: null,
}

const STEP = {
  id: 'join',
  path: 'join',
  parent: null,
  depth: 0,
  position: 1,
  title: null,
  description: null,
  action: 'TEXT.JOIN',
  block: { category: 'TEXT', name: 'JOIN' },
  parameters: { text1: 'Hello', text2: 'World' },
  forced: false,
  if: null,
  status: { name: 'DONE', value: 0 },
  return_value: 'Hello World',
  error: null,
  attempt: 1,
  waiting: null,
  started_at: '2026-11-24T12:00:00.000Z',
  finished_at: '2026-11-24T12:00:00.001Z',
}

const ENDED = {
  ...JOB,
  state: 'succeeded',
  success: true,
  failed_step: null,
  error: null,
  current_step: null,
  tags: [],
  metadata: {},
  definition: null,
  schedule: null,
  parent: null,
  scheduled_for: null,
  rerun_of: null,
  step_limit: null,
  block_limit_overrides: {},
  created_by: null,
  takeovers: 0,
  created_at: '2026-11-24T12:00:00.000Z',
  started_at: '2026-11-24T12:00:00.000Z',
  finished_at: '2026-11-24T12:00:00.002Z',
  title: null,
  description: null,
  variables: {},
  local_values: {},
  step_runs: 1,
  output: 'Hello World',
}

const WAITING = {
  ...STEP,
  id: 'approve',
  path: 'approve',
  action: 'FLOW.ASK',
  block: { category: 'FLOW', name: 'ASK' },
  parameters: { title: 'Pay 900 EUR?', to: 'finance' },
  status: { name: 'NONE', value: -1 },
  return_value: null,
  waiting: {
    kind: 'ask',
    since: STEP.started_at,
    until: null,
    title: 'Pay 900 EUR?',
    text: null,
    form: {
      type: 'object',
      properties: { approved: { type: 'boolean' } },
      required: ['approved'],
      additionalProperties: false,
    },
    to: 'finance',
  },
  finished_at: null,
}

/** Each message as it is sent, by the event that it tells. */
export const MESSAGE_EXAMPLES = {
  'step.updated': { type: 'step.updated', timestamp: STEP.finished_at, data: { job: JOB, step: STEP, seq: 1 } },
  'step.waiting': {
    type: 'step.waiting',
    timestamp: STEP.started_at,
    data: {
      job: JOB,
      step: WAITING,
      answer_url: 'https://conduit.example.com/answers/WyJkZWZhdWx0Ii…',
      seq: 1,
    },
  },
  'job.finished': {
    type: 'job.finished',
    timestamp: ENDED.finished_at,
    data: { job: ENDED, failed_step: null, seq: 2 },
  },
  'webhook.test': {
    type: 'webhook.test',
    timestamp: STEP.finished_at,
    data: { webhook: { id: 'wh_01937c5e-0f1e-7c7a-b1f0-2f6a5d0f8f11' } },
  },
} as const
