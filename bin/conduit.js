#!/usr/bin/env node
// The command line.
import { start } from './load.js'
import { prepareForService } from './v8.js'

if (process.argv[2] === 'start') prepareForService()
await start('cli/main')
