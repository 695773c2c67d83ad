// Starts the service. Plain JavaScript, so that what comes after it can be kept compiled.
import { compileWhole } from './compiled.js'
import { start } from './load.js'

compileWhole()
await start('main')
