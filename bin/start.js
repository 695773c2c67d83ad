// Starts the service. Plain JavaScript, so that what comes after it can be kept compiled.
import { start } from './load.js'

await start('main')
