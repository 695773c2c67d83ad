import type { Command } from 'commander'
import { keysCommand } from '../admin/keys.ts'
import { limitsCommand } from '../admin/limits.ts'
import { webhookSecretCommand } from '../admin/webhookSecret.ts'
import { blocksCommand } from './blocks.ts'
import { completionCommand } from './completion.ts'
import { definitionsCommand } from './definitions.ts'
import { devCommand } from './dev.ts'
import { doctorCommand } from './doctor.ts'
import { jobsCommand } from './jobs/commands.ts'
import { listenCommand } from './listen/command.ts'
import { questionsCommand } from './questions.ts'
import { runCommand } from './run.ts'
import { schedulesCommand } from './schedules.ts'
import { secretsCommand } from './secrets.ts'
import { startCommand } from './start.ts'
import { testCommand } from './test.ts'
import { validateCommand } from './validate.ts'

/** Every command, in the order in which a newcomer needs them. */
export function commands(): Command[] {
  return [
    startCommand(),
    devCommand(),
    runCommand(),
    jobsCommand(),
    blocksCommand(),
    validateCommand(),
    testCommand(),
    definitionsCommand(),
    questionsCommand(),
    listenCommand(),
    schedulesCommand(),
    secretsCommand(),
    keysCommand(),
    limitsCommand(),
    webhookSecretCommand(),
    doctorCommand(),
    completionCommand(),
  ]
}
