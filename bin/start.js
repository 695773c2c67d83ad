// Starts the service. Plain JavaScript, so that what comes after it can be kept compiled.
import { findOrMakeBundle } from './bundled.js'
import { start } from './load.js'
import { prepareForService } from './v8.js'

prepareForService()
const { serve } = await start('main', findOrMakeBundle)
await serve()
