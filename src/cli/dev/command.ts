import { resolve } from 'node:path'
import { Command } from 'commander'
import { CommandError, EXIT } from '../../admin/commandError.ts'
import { listOf } from '../../config/listOf.ts'
import { Development } from './development.ts'

/** `conduit dev`: the service, started again whenever a module of BLOCKS changes. Its jobs go on where they stood. */
export function devCommand(): Command {
  return new Command('dev')
    .description('Runs the service and starts it again when a block module changes.')
    .action(async () => {
      const modules = listOf(process.env['BLOCKS'] ?? '').map((path) => resolve(path))
      if (modules.length === 0)
        throw new CommandError('set BLOCKS to the modules to watch, e.g. BLOCKS=./blocks.ts', EXIT.usage)
      await new Development(modules).run()
    })
}
