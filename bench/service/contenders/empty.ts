import { front, listen, over } from './work.ts'

// The ceiling: a route that reads the job, keeps nothing and does nothing.
await listen(
  front(async () => {
    over.count++
    return 'none'
  }),
)
