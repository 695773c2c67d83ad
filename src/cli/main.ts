import { CommanderError, program } from 'commander'
import { CommandError, EXIT } from '../admin/commandError.ts'
import { commandsFor } from './commands.ts'
import { tellFailure } from './failures.ts'
import { meantBy } from './meant.ts'
import { endWithNpx } from './npxParent.ts'
import { version } from './version.ts'

// `npx conduit`: one file a command. What speaks to a running service takes CONDUIT_URL and CONDUIT_KEY; what looks after
// its database takes the service's own settings.
program
  .name('conduit')
  .description('Runs a Conduit service, speaks to one, and looks after its database.')
  .version(version, '-V, --version')
for (const command of await commandsFor(process.argv[2])) program.addCommand(command)
for (const command of [program, ...everyCommand(program)])
  command.exitOverride().showHelpAfterError('(--help tells more)')

// A reader that has seen enough (`| head`) is no failure, and who closed standard error reads no notes.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
  process.exit(EXIT.well)
})
process.stderr.on('error', () => undefined)
endWithNpx()

try {
  const meant = meantBy(process.argv.slice(2))
  if (meant !== null) throw new CommandError(`there is no such command; did you mean: ${meant}`, EXIT.usage)
  await program.parseAsync()
} catch (error) {
  // Help and version are thrown too, with 0.
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? EXIT.well : EXIT.usage
  else process.exitCode = await tellFailure(error)
}

function everyCommand(from: typeof program): (typeof program)[] {
  return from.commands.flatMap((command) => [command, ...everyCommand(command)])
}
