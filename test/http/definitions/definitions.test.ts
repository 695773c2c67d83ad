import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startConduit, type TestConduit } from '../../support/conduit.ts'

let service: TestConduit
beforeAll(async () => {
  service = await startConduit()
})
afterAll(() => service[Symbol.asyncDispose]())

const greet = {
  title: 'Greeting',
  inputs: {
    type: 'object',
    properties: { who: { type: 'string' }, mark: { type: 'string', default: '!' } },
    required: ['who'],
    additionalProperties: false,
  },
  metadata: { team: 'hello' },
  steps: [
    { id: 'hello', action: 'TEXT.JOIN', parameters: { text1: 'Hello', text2: '{< who >}' } },
    { id: 'loud', action: 'TEXT.JOIN', parameters: { text1: '{: hello :}', text2: '{< mark >}', join_with: '' } },
  ],
  output: '{: loud :}',
}
const put = (name: string, content: object, headers: Record<string, string> = {}) =>
  service.request('PUT', `/v1/definitions/${name}`, content, headers)

describe('a definition with a name', () => {
  test('counts its versions; the same content again makes none', async () => {
    const first = await put('counting', greet)
    expect(first).toMatchObject({ status: 201, body: { name: 'counting', version: 1, created_by: null } })
    const { steps, ...rest } = greet
    expect(await put('counting', { steps, ...rest })).toMatchObject({ status: 200, body: { version: 1 } })
    expect(await put('counting', { ...greet, title: 'Other' })).toMatchObject({ status: 201, body: { version: 2 } })
    const versions = await service.request('GET', '/v1/definitions/counting/versions')
    expect(versions.body.data.map(({ version }: { version: number }) => version)).toEqual([2, 1])
    expect(await service.client.definitions.version('counting', 1)).toMatchObject({
      ...greet,
      version: 1,
    })
  })

  test('validate holds locals against inputs, for a job by name too, and tells what tests name in vain', async () => {
    const steps = [{ id: 'hello', action: 'TEXT.CREATE', parameters: { value: '{< whoo >}{< mark >}' } }]
    const tests = [{ name: 'a', mocks: { nobody: { return_value: 1 } }, expect: { success: true } }]
    const problems = async (path: string, body: object) =>
      (await service.request('POST', path, body)).body.problems.map(
        ({ code, pointer, suggestion }: Record<string, string>) => [code, pointer, suggestion],
      )
    const unknown = ['tag-unknown', '/steps/0/parameters/value', 'who']
    const wrong = { inputs: greet.inputs, steps, tests }
    expect(await problems('/v1/definitions/locals/validate', wrong)).toEqual([
      unknown,
      ['invalid', '/tests/0/mocks/nobody', null],
    ])
    expect(await put('locals', wrong)).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/tests/0/mocks/nobody' }] },
    })
    await put('locals', { inputs: { ...greet.inputs, required: [] }, steps })
    expect(await problems('/v1/jobs/validate', { definition: 'locals' })).toEqual([unknown])
    expect(await problems('/v1/definitions/locals/validate', { inputs: { type: 'object' }, steps })).toEqual([])
  })

  test('tells all that is wrong with it at once, in document order', async () => {
    const steps = [{ action: 'TEXT.JION' }]
    const wrong = await put('wrong', { id: 'a', steps, foo: 1, inputs: { type: 'object', pattern: 'a' } })
    expect(wrong.body.errors.map(({ pointer }: { pointer: string }) => pointer)).toEqual([
      '/id',
      '/steps/0/action',
      '/foo',
      '/inputs/pattern',
    ])
  })

  test('says of inputs that do not fit what they must be, and not what they are', async () => {
    const bounded = { n: { type: 'number', minimum: 1 }, deep: { type: 'integer' }, one: { enum: ['x', 'y'] } }
    await put('bounds', { inputs: { type: 'object', properties: bounded }, steps: [] })
    const refused = await service.request('POST', '/v1/jobs', {
      definition: 'bounds',
      local_values: { n: 0, deep: 'a', one: 'z' },
    })
    expect(refused.body.errors).toEqual([
      { pointer: '/local_values/n', detail: 'must be at least 1' },
      { pointer: '/local_values/deep', detail: 'must be integer, and is string' },
      { pointer: '/local_values/one', detail: 'must be one of ["x","y"]' },
    ])
  })

  test('can be put again as it is read', async () => {
    await put('there-and-back', greet)
    const read = await service.request('GET', '/v1/definitions/there-and-back')
    expect(read.headers['etag']).toBe('"1"')
    expect(await put('there-and-back', read.body)).toMatchObject({ status: 200, body: { version: 1 } })
  })

  test('is guarded by If-Match and If-None-Match', async () => {
    expect(await put('guarded', greet, { 'if-match': '"1"' })).toMatchObject({ status: 412 })
    expect(await put('guarded', greet, { 'if-none-match': '*' })).toMatchObject({ status: 201 })
    expect(await put('guarded', { ...greet, title: 'b' }, { 'if-none-match': '*' })).toMatchObject({ status: 412 })
    expect(await put('guarded', { ...greet, title: 'b' }, { 'if-match': '"7"' })).toMatchObject({ status: 412 })
    expect(await put('guarded', { ...greet, title: 'b' }, { 'if-match': '"1"' })).toMatchObject({ status: 201 })
  })

  test('If-Match takes a list and *, and holds for DELETE; what has not changed is 304', async () => {
    expect(await put('conditional', greet, { 'if-match': '*' })).toMatchObject({ status: 412 })
    await put('conditional', greet)
    expect(await put('conditional', { ...greet, title: 'b' }, { 'if-match': '"7", "1"' })).toMatchObject({
      status: 201,
    })
    expect(await put('conditional', { ...greet, title: 'c' }, { 'if-match': '"7", "1"' })).toMatchObject({
      status: 412,
    })
    expect(await put('conditional', { ...greet, title: 'c' }, { 'if-match': '*' })).toMatchObject({ status: 201 })
    const remove = (headers: Record<string, string>) =>
      service.request('DELETE', '/v1/definitions/conditional', undefined, headers)
    expect(await remove({ 'if-match': '"2"' })).toMatchObject({
      status: 412,
      body: { type: '/problems/precondition-failed' },
    })
    for (const path of ['', '/versions/3']) {
      const known = { 'if-none-match': '"3"' }
      const fresh = await service.request('GET', `/v1/definitions/conditional${path}`, undefined, known)
      expect([fresh.status, fresh.headers['etag']]).toEqual([304, '"3"'])
      const stale = await service.request('GET', `/v1/definitions/conditional${path}`, undefined, {
        'if-none-match': '"2"',
      })
      expect(stale.status).toBe(200)
    }
    expect(await remove({ 'if-match': '"3"' })).toMatchObject({ status: 204 })
  })

  test('twenty writers at once make twenty versions, each once', async () => {
    const written = await Promise.all(
      Array.from({ length: 20 }, (_, i) => put('raced', { ...greet, title: `number ${i}` })),
    )
    expect(written.map(({ body }) => body.version).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 20 }, (_, i) => i + 1),
    )
  })

  test('is gone after DELETE, but for its versions, and counts on', async () => {
    await put('gone', greet)
    expect(await service.request('DELETE', '/v1/definitions/gone')).toMatchObject({ status: 204 })
    expect(await service.request('GET', '/v1/definitions/gone')).toMatchObject({ status: 404 })
    expect(await service.request('DELETE', '/v1/definitions/gone')).toMatchObject({ status: 404 })
    expect(await service.request('GET', '/v1/definitions/gone/versions/1')).toMatchObject({ status: 200 })
    expect(await put('gone', greet)).toMatchObject({ status: 201, body: { version: 2 } })
  })

  test.each<[string, string, object, string]>([
    ['a name that is not that of the path', 'wrong', { ...greet, name: 'other' }, '/name'],
    ['fields of a job', 'wrong', { ...greet, local_values: {} }, '/local_values'],
    ['steps that are none', 'wrong', { ...greet, steps: [{}] }, '/steps/0/action'],
    ['a block that is not there', 'wrong', { ...greet, steps: [{ action: 'TEXT.NOWHERE' }] }, '/steps/0/action'],
    [
      'inputs that are hostile',
      'wrong',
      { ...greet, inputs: { properties: { a: { pattern: '(a+)+$' } } } },
      '/inputs/properties/a/pattern',
    ],
    ['tests that expect nothing', 'wrong', { ...greet, tests: [{ name: 'a' }] }, '/tests/0/expect'],
  ])('is refused with %s', async (_name, name, content, pointer) => {
    const { status, body } = await put(name, content)
    expect({ status, pointers: body.errors?.map((error: { pointer: string }) => error.pointer) }).toEqual({
      status: 422,
      pointers: expect.arrayContaining([pointer]),
    })
  })

  test('is listed in order of names, by pages and by the beginning of names', async () => {
    for (const name of ['list-c', 'list-a', 'list-b']) await put(name, greet)
    const first = await service.request('GET', '/v1/definitions?name_prefix=list-&limit=2')
    expect(first.body.data.map(({ name }: { name: string }) => name)).toEqual(['list-a', 'list-b'])
    const next = await service.request(
      'GET',
      `/v1/definitions?name_prefix=list-&limit=2&cursor=${first.body.next_cursor}`,
    )
    expect(next.body).toMatchObject({ data: [{ name: 'list-c' }], next_cursor: null })
  })
})

describe('a job that names its definition', () => {
  test('runs its latest version, with defaults filled in, and keeps which one', async () => {
    await put('named', greet)
    const job = await service.run({ definition: 'named', local_values: { who: 'Ada' }, metadata: { order: '7' } })
    expect(job).toMatchObject({
      state: 'succeeded',
      output: 'Hello Ada!',
      name: 'Greeting',
      metadata: { team: 'hello', order: '7' },
      definition: { name: 'named', version: 1 },
    })
    const listed = await service.request('GET', '/v1/jobs?definition=named')
    expect(listed.body.data).toMatchObject([{ id: job.id, definition: { name: 'named', version: 1 } }])
    const posted = await service.request('GET', `/v1/jobs/${job.id}/definition`)
    expect(posted.body).toEqual({ definition: 'named', local_values: { who: 'Ada' }, metadata: { order: '7' } })
  })

  test.each<[string, object, string]>([
    ['an unknown name', { definition: 'nobody' }, '/definition'],
    ['an unknown version', { definition: 'refusals', version: 9 }, '/version'],
    ['steps beside it', { definition: 'refusals', steps: [] }, '/steps'],
    ['inputs that do not fit', { definition: 'refusals', local_values: { who: 5 } }, '/local_values/who'],
    ['inputs that are missing', { definition: 'refusals' }, '/local_values'],
    ['inputs that are not known', { definition: 'refusals', local_values: { who: 'a', b: 1 } }, '/local_values/b'],
  ])('is refused with %s', async (_name, job, pointer) => {
    await put('refusals', greet)
    const { status, body } = await service.request('POST', '/v1/jobs', job)
    expect({ status, pointer: body.errors?.[0]?.pointer }).toEqual({ status: 422, pointer })
  })

  test('may name an old version, but none of a definition that was deleted', async () => {
    await put('old', greet)
    await put('old', { ...greet, output: 'new' })
    expect(await service.run({ definition: 'old', version: 1, local_values: { who: 'A' } })).toMatchObject({
      output: 'Hello A!',
    })
    expect(await service.run({ definition: 'old', local_values: { who: 'A' } })).toMatchObject({ output: 'new' })
    await service.client.definitions.delete('old')
    const refused = await service.request('POST', '/v1/jobs', { definition: 'old', version: 1 })
    expect(refused).toMatchObject({ status: 422, body: { errors: [{ pointer: '/definition' }] } })
  })
})

describe('a job that names its definition, and says more', () => {
  test('has its description, and is found again by its Idempotency-Key when the definition is another, or gone', async () => {
    await put('repeated', { ...greet, description: 'Says hello.' })
    const post = () =>
      service.request(
        'POST',
        '/v1/jobs',
        { definition: 'repeated', local_values: { who: 'A' } },
        {
          prefer: 'wait=60',
          'idempotency-key': 'said-once',
        },
      )
    const first = await post()
    expect(first.body).toMatchObject({ output: 'Hello A!', description: 'Says hello.' })
    await put('repeated', { ...greet, inputs: { type: 'object', required: ['other'] } })
    expect(await post()).toMatchObject({ status: 200, body: { id: first.body.id } })
    await service.client.definitions.delete('repeated')
    const again = await post()
    expect(again).toMatchObject({ status: 200, body: { id: first.body.id } })
    expect(again.headers['idempotency-replayed']).toBe('true')
    const other = await service.request(
      'POST',
      '/v1/jobs',
      { definition: 'repeated' },
      { 'idempotency-key': 'another' },
    )
    expect(other).toMatchObject({ status: 422, body: { errors: [{ pointer: '/definition' }] } })
  })
})

describe('what a tenant may have of definitions', () => {
  test('names, versions and tests are bounded by its limits, which tell what is used', async () => {
    await using bounded = await startConduit()
    const steps = [{ action: 'LOGIC.TRUE' }]
    const write = (name: string, content: object) => bounded.request('PUT', `/v1/definitions/${name}`, content)
    const limits = { definitions: 2, definition_versions: 2, definition_tests: 1 }
    expect(await bounded.request('PUT', '/v1/tenants/default/limits', limits)).toMatchObject({
      status: 200,
      body: limits,
    })
    expect((await write('one', { steps })).status).toBe(201)
    expect((await write('two', { steps })).status).toBe(201)
    const third = await write('three', { steps })
    expect(third).toMatchObject({ status: 429, body: { type: '/problems/too-many-requests' } })
    expect(third.headers['retry-after']).toBeDefined()
    expect((await write('one', { steps, title: 'second' })).status).toBe(201)
    expect((await write('one', { steps, title: 'second' })).status).toBe(200)
    expect((await write('one', { steps, title: 'third' })).status).toBe(429)
    const tests = ['a', 'b'].map((name) => ({ name, expect: { success: true } }))
    const tested = await write('two', { steps, tests })
    expect(tested).toMatchObject({ status: 422, body: { errors: [{ pointer: '/tests' }] } })
    // A name that is deleted keeps its versions, and its place; it may be written again.
    await bounded.client.definitions.delete('two')
    expect((await write('three', { steps })).status).toBe(429)
    expect(await write('two', { steps })).toMatchObject({ status: 201, body: { version: 2 } })
    await bounded.client.definitions.delete('two')
    expect((await write('two', { steps })).status).toBe(429)
    const body = await bounded.client.limits.get('default')
    expect(body.used).toMatchObject({ definitions: 2, definition_versions: 2, definition_tests: null })
  })
})
