import { type Static, Type } from 'typebox'

const count = (description?: string) =>
  Type.Integer({ minimum: 0, ...(description === undefined ? {} : { description }) })
const counts = (description: string) => Type.Record(Type.String(), Type.Integer({ minimum: 0 }), { description })

/** How a tenant's jobs went. */
export const Stats = Type.Object(
  {
    since: Type.String({
      format: 'date-time',
      description: 'From when on jobs were counted: later than was asked for, where there were too many.',
    }),
    states: counts('Jobs by the state they are in now.'),
    open: counts('Jobs that are not over, by state, whenever they were accepted; at most 20,000 of each are counted.'),
    definitions: Type.Array(Type.Object({ name: Type.String(), total: count(), failed: count() }), {
      description: 'The 100 definitions with most jobs.',
    }),
    failures: Type.Array(Type.Object({ action: Type.String(), type: Type.String(), count: count() }), {
      description: 'What failed, by the action and the type of the error; the 100 most frequent.',
    }),
    oldest_queued_at: Type.Union([Type.String({ format: 'date-time' }), Type.Null()], {
      description: 'Since when the first job in the queue has been due; null: none waits.',
    }),
    finished_per_minute: Type.Number({ minimum: 0, description: 'Jobs that ended, by the minutes since.' }),
    minutes: Type.Array(
      Type.Object({
        at: Type.String({ format: 'date-time' }),
        finished: count('Failed ones counted.'),
        failed: count(),
      }),
      { maxItems: 360, description: 'Minutes in which jobs ended, in order.' },
    ),
    actions: Type.Array(
      Type.Object({
        action: Type.String(),
        count: count(),
        p50_ms: Type.Number({ minimum: 0 }),
        p95_ms: Type.Number({ minimum: 0 }),
      }),
      { maxItems: 20, description: 'How long blocks took, in a sample of the newest jobs; the slowest first.' },
    ),
    waiting: counts('Jobs that wait, by what they wait for.'),
    replicas: Type.Optional(
      Type.Array(
        Type.Object({
          id: Type.String(),
          started_at: Type.String({ format: 'date-time' }),
          jobs: count('It has in hand.'),
        }),
        { description: 'Only for admins of the tenant `default`.' },
      ),
    ),
  },
  { $id: 'Stats', description: 'How jobs went since a moment.' },
)
export type StatsWire = Static<typeof Stats>
