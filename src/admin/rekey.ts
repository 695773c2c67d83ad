import { Command } from 'commander'
import { secretBoxOf } from '../compose/options.ts'
import { readConfig } from '../config/read.ts'
import { type Resealed, resealAll } from '../secrets/reseal.ts'
import { CommandError } from './commandError.ts'
import { withDatabase } from './withDatabase.ts'

/** `conduit secrets rekey`: after it, the values of `SECRETS_KEY_OLD` open nothing any more that is kept. */
export function rekeyCommand(): Command {
  return new Command('rekey')
    .description('Seals everything anew with SECRETS_KEY that SECRETS_KEY_OLD sealed, or nobody; services may run.')
    .action(async () => {
      const box = secretBoxOf(readConfig(process.env))
      if (!box.seals) throw new CommandError('there is no SECRETS_KEY to seal with')
      const done = await withDatabase((database) => resealAll(database, box))
      process.stderr.write(`${sentenceOf(done)}\n`)
      if (done.unreadable.length === 0) return
      for (const row of done.unreadable) process.stderr.write(`  ${row}\n`)
      throw new CommandError(`${done.unreadable.length} were sealed with a key that is not in SECRETS_KEY_OLD`)
    })
}

function sentenceOf({ sealed, current }: Resealed): string {
  return `sealed ${sealed} anew; ${current} were sealed with SECRETS_KEY already`
}
