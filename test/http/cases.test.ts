import { afterAll, beforeAll, expect, test } from 'vitest'
import { expectCase, referenceCases } from '../cases/cases.ts'
import { testBlocks } from '../cases/testBlocks.ts'
import { startConduit, type TestConduit } from '../support/conduit.ts'

let service: TestConduit
beforeAll(async () => {
  service = await startConduit({ blocks: testBlocks })
})
afterAll(() => service[Symbol.asyncDispose]())

test.each(referenceCases)('$name ends over HTTP as the reference says, and is read back so', async (one) => {
  const told = await service.run(one.job)
  expectCase(one, told)
  expect(await service.client.jobs.get(told.id)).toEqual(told)
})
