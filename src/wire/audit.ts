import { type Static, Type } from 'typebox'

/** Everything that the audit log tells. */
export const AUDIT_ACTIONS = [
  'bulk.started',
  'job.created',
  'job.cancelled',
  'job.deleted',
  'job.rescheduled',
  'job.signalled',
  'key.created',
  'key.changed',
  'key.rotated',
  'key.revoked',
  'limits.changed',
  'question.answered',
  'definition.written',
  'definition.deleted',
  'schedule.written',
  'schedule.changed',
  'schedule.deleted',
  'secret.written',
  'secret.deleted',
  'webhook.created',
  'webhook.changed',
  'webhook.secret-rotated',
  'webhook.deleted',
] as const

/** Something that was done. */
export const AuditEntry = Type.Object(
  {
    at: Type.String({ format: 'date-time', description: 'When, by the clock of the database.' }),
    tenant: Type.String({ description: 'To whose things.' }),
    action: Type.String({ description: 'What; more may come.', examples: [...AUDIT_ACTIONS] }),
    actor: Type.String({
      description:
        'Who: the id of a key; `anonymous` while the service had none; `command` for the command line of the operator; `link` for who had a link to a question.',
    }),
    subject: Type.String({ description: 'The id of what it was done to.' }),
    details: Type.Union([Type.Record(Type.String(), Type.Unknown()), Type.Null()], {
      description: 'What else there is to know; for a deleted job who had posted it.',
    }),
  },
  { $id: 'AuditEntry', description: 'Something that was done, and by whom.' },
)
export type AuditEntryWire = Static<typeof AuditEntry>
