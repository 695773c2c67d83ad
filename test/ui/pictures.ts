import { FOREIGN_URL } from './foreignPage.ts'
import { KEYS, ME, NEW_KEY, SECRETS } from './sampleAnswers.ts'

/** Instead of what the service says: a status with a problem, no list entry, no answer yet, no service, or this body. */
export type Answer = number | 'empty' | 'slow' | 'away' | object

/** One picture in each look. */
export type Picture = {
  /** Below `/ui/`, or a whole address. */
  readonly path: string
  /** What is pressed there by its name, in order; with a text: the field of that label that is filled. */
  readonly press?: readonly (string | readonly [label: string, text: string])[]
  /** What is answered to which requests: a pattern of addresses, after a method where only that is meant. */
  readonly answers?: Readonly<Record<string, Answer>>
  /** Only of narrow pages. */
  readonly isNarrow?: true
}

const NUMBERS = '**/v1/{stats,jobs,webhooks,schedules}*'

/** Pictures of every view, dialog and refusal. @param token of a job that reads it */
export function picturesOf(token: (job: string) => string): Readonly<Record<string, Picture>> {
  return {
    ...OVERVIEW,
    ...JOBS,
    ...JOB,
    ...WRITING,
    ...OPERATING,
    ...ACCESS,
    ...REFUSALS,
    embedded: { path: `embed/job/flow?token=${token('flow')}` },
    'embedded-failed': { path: `embed/job/order-77?token=${token('order-77')}` },
    'embedded-ended': { path: 'embed/job/order-77?token=ended' },
    'embedded-away': { path: 'embed/job/order-77?token=any', answers: { '**/v1/**': 'away' } },
    'embedded-framed': { path: `${FOREIGN_URL}/frame?job=order-77&token=${token('order-77')}` },
    element: { path: `${FOREIGN_URL}/element?job=order-78&token=${token('order-78')}` },
    'element-live': { path: `${FOREIGN_URL}/element?job=flow&token=${token('flow')}` },
    'element-failed': { path: `${FOREIGN_URL}/element?job=order-77&token=${token('order-77')}` },
    'element-hostile': { path: `${FOREIGN_URL}/element?job=hostile&token=${token('hostile')}` },
    'element-long': { path: `${FOREIGN_URL}/element?job=long-values&token=${token('long-values')}` },
    'element-ended': { path: `${FOREIGN_URL}/element?job=order-77&token=ended` },
    'element-away': { path: `${FOREIGN_URL}/element?job=order-77&token=any`, answers: { '**/v1/**': 'away' } },
    'element-slow': { path: `${FOREIGN_URL}/element?job=order-77&token=any`, answers: { '**/v1/**': 'slow' } },
  }
}

const OVERVIEW: Record<string, Picture> = {
  overview: { path: '' },
  'overview-hour': { path: '?hours=1' },
  'overview-none': { path: '', answers: { '**/v1/{jobs,webhooks,schedules}*': 'empty' } },
  'overview-slow': { path: '', answers: { [NUMBERS]: 'slow' } },
  'overview-away': { path: '', answers: { [NUMBERS]: 'away' } },
  'overview-forbidden': { path: '', answers: { '**/v1/stats*': 403 } },
  menu: { path: '', press: ['Menu'], isNarrow: true },
  'menu-key': { path: '', press: ['Menu'], answers: { '**/v1/me': ME }, isNarrow: true },
  keyboard: { path: 'jobs', press: ['?'] },
}

const JOBS: Record<string, Picture> = {
  jobs: { path: 'jobs' },
  'jobs-key': { path: 'jobs', answers: { '**/v1/me': ME } },
  'jobs-filters': { path: 'jobs?state=failed&metadata.customer=acme', press: ['More filters'] },
  'jobs-none': { path: 'jobs?name=nobody' },
  'jobs-empty': { path: 'jobs', answers: { '**/v1/jobs*': 'empty' } },
  'jobs-many': { path: 'jobs?state=failed', press: ['Select all on this page'] },
  'jobs-many-ask': { path: 'jobs?state=failed', press: ['Select all on this page', 'Re-run'] },
  'jobs-slow': { path: 'jobs', answers: { '**/v1/jobs*': 'slow' } },
  'jobs-away': { path: 'jobs', answers: { '**/v1/jobs*': 'away' } },
  'jobs-broken': { path: 'jobs', answers: { '**/v1/jobs*': 500 } },
}

const JOB: Record<string, Picture> = {
  job: { path: 'jobs/order-78' },
  'job-failed': { path: 'jobs/order-77' },
  'job-key': { path: 'jobs/order-77', answers: { '**/v1/me': ME } },
  'job-flow': { path: 'jobs/flow' },
  'job-hostile': { path: 'jobs/hostile' },
  'job-long': { path: 'jobs/long-values' },
  'job-long-values': { path: 'jobs/long-values?tab=values' },
  'job-long-definition': { path: 'jobs/long-values?tab=definition' },
  'job-large': { path: 'jobs/large-values?step=text' },
  'job-large-values': { path: 'jobs/large-values?tab=values' },
  'job-later': { path: 'jobs/later' },
  'job-values': { path: 'jobs/order-78?tab=values' },
  'job-events': { path: 'jobs/order-78?tab=events' },
  'job-deliveries': { path: 'jobs/order-77?tab=deliveries' },
  'job-no-deliveries': { path: 'jobs/later?tab=deliveries' },
  'job-children': { path: 'jobs/parent?tab=children' },
  'job-no-children': { path: 'jobs/order-78?tab=children' },
  'job-definition': { path: 'jobs/flow?tab=definition' },
  'job-more': { path: 'jobs/order-77', press: ['More'] },
  'job-rerun': { path: 'jobs/order-77', press: ['Re-run'] },
  'job-rerun-changed': { path: 'jobs/order-77', press: ['Re-run', 'With changed values …'] },
  'job-signal': { path: 'jobs/signal', press: ['More', 'Send a signal …'] },
  'job-cancel': { path: 'jobs/signal', press: ['Cancel'] },
  'job-delete': { path: 'jobs/order-77', press: ['Delete'] },
  'job-share': { path: 'jobs/order-77', press: ['More', 'Share link …'] },
  'job-shared': { path: 'jobs/order-77', press: ['More', 'Share link …', 'Make the link'] },
  'job-missing': { path: 'jobs/nowhere' },
  'job-slow': { path: 'jobs/order-77', answers: { '**/v1/jobs/**': 'slow' } },
  'job-forbidden': { path: 'jobs/order-77', answers: { '**/v1/jobs/**': 403 } },
  'job-away': { path: 'jobs/order-77', answers: { '**/v1/jobs/**': 'away' } },
  'job-without-steps': { path: 'jobs/order-77', answers: { '**/steps*': 500 } },
}

const WRITING: Record<string, Picture> = {
  editor: { path: 'editor' },
  'editor-yaml': { path: 'editor?definition=refund', press: ['YAML'] },
  'editor-dry-run': { path: 'editor', press: ['Dry run'] },
  'editor-save': { path: 'editor', press: ['Save as …'] },
  'editor-missing': { path: 'editor?definition=nowhere' },
  definitions: { path: 'definitions' },
  'definitions-empty': { path: 'definitions', answers: { '**/v1/definitions*': 'empty' } },
  'definitions-slow': { path: 'definitions', answers: { '**/v1/definitions*': 'slow' } },
  'definitions-broken': { path: 'definitions', answers: { '**/v1/definitions*': 500 } },
  definition: { path: 'definitions/refund' },
  'definition-no-inputs': { path: 'definitions/nightly-report' },
  'definition-versions': { path: 'definitions/refund?tab=versions' },
  'definition-tests': { path: 'definitions/refund?tab=tests', press: ['Run the tests'] },
  'definition-content': { path: 'definitions/refund?tab=content' },
  'definition-delete': { path: 'definitions/nightly-report', press: ['Delete'] },
  'definition-missing': { path: 'definitions/nowhere' },
  blocks: { path: 'blocks' },
  'blocks-none': { path: 'blocks', press: [['Search blocks', 'nothing of this kind']] },
  'blocks-away': { path: 'blocks', answers: { '**/v1/blocks*': 'away' } },
  block: { path: 'blocks/TEXT.JOIN', press: ['Run'] },
  'block-request': { path: 'blocks/HTTP.REQUEST' },
  'block-unknown': { path: 'blocks/NO.SUCH' },
}

const OPERATING: Record<string, Picture> = {
  questions: { path: 'questions' },
  'questions-empty': { path: 'questions', answers: { '**/v1/questions*': 'empty' } },
  'questions-forbidden': { path: 'questions', answers: { '**/v1/questions*': 403 } },
  schedules: { path: 'schedules' },
  'schedules-empty': { path: 'schedules', answers: { '**/v1/schedules*': 'empty' } },
  'schedules-slow': { path: 'schedules', answers: { '**/v1/schedules*': 'slow' } },
  'schedules-away': { path: 'schedules', answers: { '**/v1/schedules*': 'away' } },
  'schedule-make': { path: 'schedules', press: ['Make a schedule'] },
  'schedule-make-own': {
    path: 'schedules',
    press: ['Make a schedule', ['When', 'at an interval'], ['Runs', 'steps of its own']],
  },
  'schedule-refused': {
    path: 'schedules',
    press: [
      'Make a schedule',
      ['Name', 'nightly'],
      ['Expression', '0 3 * * *'],
      ['Definition', 'nightly-report'],
      'Save',
    ],
  },
  'schedule-change': { path: 'schedules', press: ['Change …'] },
  'schedule-backfill': { path: 'schedules', press: ['Backfill …'] },
  'schedule-delete': { path: 'schedules', press: ['Delete'] },
  'schedule-fire-refused': { path: 'schedules', press: ['Fire now'], answers: { 'POST **/v1/schedules/**': 500 } },
  webhooks: { path: 'webhooks' },
  'webhooks-empty': { path: 'webhooks', answers: { '**/v1/{webhooks,deliveries}*': 'empty' } },
  'webhooks-broken': { path: 'webhooks', answers: { '**/v1/{webhooks,deliveries}*': 500 } },
  'webhook-add': { path: 'webhooks', press: ['Add a webhook'] },
  'webhook-test': { path: 'webhooks', press: ['Test'] },
  'webhook-more': { path: 'webhooks', press: ['More'] },
  'webhook-redeliver': { path: 'webhooks', press: ['More', 'Redeliver what failed …'] },
}

const ACCESS: Record<string, Picture> = {
  'access-empty': { path: 'access' },
  access: { path: 'access', answers: { '**/v1/keys*': KEYS } },
  'access-make-first-key': { path: 'access', press: ['Make a key'] },
  'access-make-key': { path: 'access', press: ['Make a key'], answers: { '**/v1/keys*': KEYS } },
  'access-key-made': {
    path: 'access',
    press: ['Make a key', ['Name', 'shop'], 'Make'],
    answers: { '**/v1/keys*': KEYS, 'POST **/v1/keys': NEW_KEY },
  },
  'access-key-refused': {
    path: 'access',
    press: ['Make a key', ['Name', 'shop'], 'Make'],
    answers: { '**/v1/keys*': KEYS, 'POST **/v1/keys': 422 },
  },
  'access-change-key': { path: 'access', press: ['Change'], answers: { '**/v1/keys*': KEYS } },
  'access-rotate-key': { path: 'access', press: ['Rotate'], answers: { '**/v1/keys*': KEYS } },
  'access-revoke-key': { path: 'access', press: ['Revoke'], answers: { '**/v1/keys*': KEYS } },
  'access-forbidden': { path: 'access', answers: { '**/v1/keys*': 403 } },
  'access-limits': { path: 'access?tab=limits' },
  'access-secrets': { path: 'access?tab=secrets', answers: { '**/v1/secrets*': SECRETS } },
  'access-secrets-empty': { path: 'access?tab=secrets' },
  'access-write-secret': { path: 'access?tab=secrets', press: ['Write a secret'] },
  'access-audit': { path: 'access?tab=audit' },
  'access-audit-empty': { path: 'access?tab=audit', answers: { '**/v1/audit*': 'empty' } },
}

const REFUSALS: Record<string, Picture> = {
  'not-found': { path: 'nowhere' },
  'sign-in': { path: 'jobs', answers: { '**/v1/me': 401 } },
  'sign-in-wrong': {
    path: 'jobs',
    press: [['API key', 'cdt_wrong'], 'Sign in'],
    answers: { '**/v1/me': 401, '**/v1/session': 401 },
  },
  'me-forbidden': { path: 'jobs', answers: { '**/v1/me': 403 } },
  'me-broken': { path: 'jobs', answers: { '**/v1/me': 500 } },
  'me-slow': { path: 'jobs', answers: { '**/v1/me': 'slow' } },
  'session-ended': { path: 'jobs', answers: { '**/v1/jobs*': 401 } },
  'all-away': { path: 'jobs', answers: { '**/v1/**': 'away' } },
}
