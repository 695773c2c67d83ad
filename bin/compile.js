// Compiles what a service loads, and keeps it, without starting one: for an image, whose containers can keep nothing.
import { findOrMakeBundle } from './bundled.js'
import { load, start, Unready } from './load.js'
import { prepareForService } from './v8.js'

prepareForService()
await start('main', findOrMakeBundle)
// What is loaded later in any case: for the first question to the database, and in the lease's thread, which refuses to
// begin as anything else, compiled by then.
await load('store/modelsClient')
await load('executor/lease/leaseKeeper').catch((error) => {
  // A module that is not there was not compiled: an image must not be built without it.
  if (error instanceof Unready || error.code !== undefined) throw error
})
