import { administer } from './databaseServer.ts'

// Exits with 0 where a server answers at the URL that is given: `.ci/run` asks before it runs the suite there.
await administer(process.argv[2] ?? '', 'select 1').catch(() => process.exit(1))
