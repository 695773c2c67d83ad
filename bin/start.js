// Starts the service. Plain JavaScript, so that what comes after it can be kept compiled.
import { start } from './load.js'
import { prepareForService } from './v8.js'

prepareForService()
const { serve } = await start('main')
await serve()
