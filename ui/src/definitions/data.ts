import { useQuery } from '@tanstack/react-query'
import { type Pages, usePages } from '../parts/pages.tsx'
import { service } from '../service.ts'

/** A named definition, as GET gives it: its content flat, with its version. */
export type Definition = Readonly<Record<string, unknown>> & {
  readonly name: string
  readonly version: number
  readonly created_at: string
  readonly created_by: string | null
  readonly title?: string | null
  readonly description?: string | null
  readonly inputs?: Record<string, unknown> | null
  readonly tests?: readonly { readonly name: string }[] | null
}

type Page<T> = { readonly data: readonly T[]; readonly next_cursor: string | null }
const pathOf = (name: string): string => `/v1/definitions/${encodeURIComponent(name)}`

/** All of them, page by page. */
export function useDefinitions(): Pages<Definition> {
  return usePages(['definitions'], (cursor) =>
    service.request<Page<Definition>>('GET', '/v1/definitions', { query: { cursor } }),
  )
}

export function useDefinition(name: string) {
  return useQuery({ queryKey: ['definitions', name], queryFn: () => service.request<Definition>('GET', pathOf(name)) })
}

type Version = Pick<Definition, 'version' | 'created_at' | 'created_by'>

/** All versions, the newest first, page by page. */
export function useVersions(name: string): Pages<Version> {
  return usePages(['definitions', name, 'versions'], (cursor) =>
    service.request<Page<Version>>('GET', `${pathOf(name)}/versions`, { query: { cursor } }),
  )
}

export function useVersion(name: string, version: number) {
  return useQuery({
    queryKey: ['definitions', name, 'versions', version],
    queryFn: () => service.request<Definition>('GET', `${pathOf(name)}/versions/${version}`),
    enabled: version > 0,
  })
}

export type TestRun = {
  readonly success: boolean
  readonly tests: readonly {
    name: string
    success: boolean
    problems: readonly { pointer: string; detail: string }[]
  }[]
}

export async function runTests(name: string): Promise<TestRun> {
  return await service.request('POST', `${pathOf(name)}/test`, { repeatable: true })
}

/** Without what belongs to the version and not to the content. */
export function contentOf({
  version: _v,
  created_at: _a,
  created_by: _b,
  ...content
}: Definition): Record<string, unknown> {
  return content
}
