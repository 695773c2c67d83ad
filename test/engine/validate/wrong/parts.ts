/** A definition that people write, and the problem that must come. */
export type Wrong = {
  readonly name: string
  readonly job: { readonly steps: readonly object[]; readonly [key: string]: unknown }
  readonly code: string
  readonly pointer: string
  readonly suggestion?: string
}

export const join = { action: 'TEXT.JOIN', id: 'join', parameters: { text1: 'a', text2: 'b' } }
export const echo = (value: unknown, more: object = {}): object => ({
  action: 'TEXT.CREATE',
  parameters: { value },
  ...more,
})
export const at = '/steps/0/parameters'
export const one = (action: string, parameters: object = {}): Wrong['job'] => ({ steps: [{ action, parameters }] })
