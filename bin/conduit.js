#!/usr/bin/env node
// The command line.
import { start } from './load.js'

await start('cli/main')
