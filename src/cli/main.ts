import { program } from 'commander'
import { explainFailure } from '../compose/failure.ts'
import { limitsCommand } from '../admin/limits.ts'
import { keysCommand } from '../admin/keys.ts'
import { webhookSecretCommand } from '../admin/webhookSecret.ts'

// `npx conduit`: one file a command. Settings come from the environment, as the service's do.
program
  .name('conduit')
  .description('Looks after a Conduit service. Settings come from the environment, as for the service itself.')
  .addCommand(keysCommand())
  .addCommand(limitsCommand())
  .addCommand(webhookSecretCommand())

try {
  await program.parseAsync()
} catch (error) {
  process.stderr.write(`conduit: ${explainFailure(error)}\n`)
  process.exitCode = 1
}
