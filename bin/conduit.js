#!/usr/bin/env node
// The command line.
import { findBundle, findOrMakeBundle } from './bundled.js'
import { start } from './load.js'
import { prepareForService } from './v8.js'

const isService = process.argv[2] === 'start'
if (isService) prepareForService()
await start('cli/main', isService ? findOrMakeBundle : findBundle)
