import { type Static, Type } from 'typebox'

/** What became of one test of a definition. */
export const TestResult = Type.Object(
  {
    name: Type.String(),
    success: Type.Boolean(),
    problems: Type.Array(
      Type.Object({
        pointer: Type.String({
          description: 'JSON Pointer into the definition.',
          examples: ['/tests/0/expect/output'],
        }),
        detail: Type.String({ description: 'What came instead.' }),
      }),
    ),
  },
  { $id: 'TestResult' },
)
export type TestResult = Static<typeof TestResult>

/** What became of all tests of a definition. */
export const TestResults = Type.Object(
  {
    success: Type.Boolean({ description: 'No test has a problem.' }),
    tests: Type.Array(Type.Unsafe<TestResult>(Type.Ref('TestResult#'))),
  },
  { $id: 'TestResults', description: 'What became of the tests of a definition.' },
)
export type TestResults = Static<typeof TestResults>
