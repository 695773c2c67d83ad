/** One tenant of the service that is measured. */
export type Tenant = {
  readonly url: string
  readonly key: string
  /** Where its webhooks may lead. */
  readonly receiver: string
  /** Asks the service; throws where the answer is no success. */
  call(method: string, path: string, body?: object, headers?: Record<string, string>): Promise<unknown>
}

export function tenantOf(url: string, key: string, receiver: string): Tenant {
  return {
    url,
    key,
    receiver,
    call: async (method, path, body, headers = {}) => {
      const answer = await fetch(new URL(path, url), {
        method,
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', ...headers },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })
      const text = await answer.text()
      if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text.slice(0, 200)}`)
      return text === '' ? null : JSON.parse(text)
    },
  }
}
