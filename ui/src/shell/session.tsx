import { ConduitProblem } from '@conduit-jobs/client'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { createContext, type ReactNode, useContext, useEffect, useState } from 'react'
import { Loading, Problem } from '../parts/basics.tsx'
import { formText } from '../parts/formText.ts'
import { setPresent } from '../parts/now.ts'
import { onSessionEnd, service } from '../service.ts'
import { texts } from '../texts.ts'
import { useEarlySearch } from './earlySearch.ts'

/** Who asks, and what of the service they are told. */
export type Me = {
  readonly tenant: string
  readonly scopes: readonly string[]
  readonly tags: readonly string[]
  readonly key: { readonly id: string; readonly name: string } | string | null
  readonly open: boolean
  readonly version: string
  readonly time?: string
}

const EVERYBODY: Me = { tenant: 'default', scopes: ['admin'], tags: [], key: null, open: true, version: '' }
/** Whoever reads one job with its token. */
const READER: Me = { ...EVERYBODY, scopes: [], open: false }
const Session = createContext<Me>(EVERYBODY)

export function useMe(): Me {
  return useContext(Session)
}

/** Its children are offered nothing but to read. */
export function ReadOnly({ children }: { children: ReactNode }) {
  return <Session value={READER}>{children}</Session>
}

/** Whether the caller may use what this scope guards: what a key may not do is not offered. */
export function useMay(): (scope: string) => boolean {
  const { open, scopes } = useMe()
  return (scope) => open || scopes.includes(scope)
}

/** Shows its children to whoever the service lets in, and the sign-in page to others. */
export function SignedIn({ children }: { children: ReactNode }) {
  const { data, error, refetch } = useQuery({ queryKey: ['me'], queryFn: whoAmI, staleTime: 60_000 })
  useEarlySearch(data === undefined && error === null)
  const queries = useQueryClient()
  // By time or with its key: whoever sits here is asked to sign in where they are.
  useEffect(() => onSessionEnd(() => void queries.invalidateQueries({ queryKey: ['me'] })), [queries])
  if (error instanceof ConduitProblem && error.status === 401) return <SignIn />
  if (data !== undefined) return <Session value={data}>{children}</Session>
  if (error !== null) return <NotOpened error={error} onAgain={() => void refetch()} />
  return (
    <main className="main">
      <Loading />
    </main>
  )
}

/** Instead of the whole page: the service is away, or does not say who asks. */
function NotOpened({ error, onAgain }: { error: unknown; onAgain: () => void }) {
  return (
    <main className="sign-in">
      <div className="panel">
        <Mark />
        <h1>{texts.notOpened}</h1>
        <Problem error={error} />
        <button type="button" className="button" onClick={onAgain}>
          {texts.askAgain}
        </button>
      </div>
    </main>
  )
}

async function whoAmI(): Promise<Me> {
  try {
    const me = await service.request<Me>('GET', '/v1/me')
    if (me.time !== undefined) setPresent(me.time)
    return me
  } catch (error) {
    if (!(error instanceof ConduitProblem) || error.status !== 404) throw error
    await service.blocks.list({ match: 'LOGIC.TRUE' }).page()
    return EVERYBODY
  }
}

function SignIn() {
  const [error, setError] = useState<unknown>(null)
  const queries = useQueryClient()
  const signIn = async (key: string): Promise<void> => {
    try {
      await service.request('POST', '/v1/session', { body: { key } })
      await queries.resetQueries()
    } catch (reason) {
      setError(reason)
    }
  }
  return (
    <main className="sign-in">
      <form
        className="panel"
        onSubmit={(event) => {
          event.preventDefault()
          void signIn(formText(event.currentTarget, 'key'))
        }}
      >
        <Mark />
        <h1>{texts.signIn.title}</h1>
        <p className="muted">{texts.signIn.text}</p>
        <label className="field">
          <span>{texts.signIn.key}</span>
          <input
            className="input code"
            name="key"
            type="password"
            autoComplete="off"
            required
            aria-invalid={error !== null}
            placeholder="cdt_…"
          />
        </label>
        {error !== null && <Problem error={error} title={texts.signIn.wrong} />}
        <button type="submit" className="button primary">
          {texts.signIn.button}
        </button>
      </form>
    </main>
  )
}

/** Ends the session; the page asks for a key again. */
export function useSignOut(): () => Promise<void> {
  const queries = useQueryClient()
  return async () => {
    await service.request('DELETE', '/v1/session')
    await queries.resetQueries()
  }
}

export function Mark() {
  return (
    <svg viewBox="0 0 24 24" aria-hidden="true" className="mark">
      <rect width="24" height="24" rx="6" fill="var(--accent-fill)" />
      <path d="M16.5 8A6 6 0 1 0 16.5 16" fill="none" stroke="#fff" strokeWidth="2.6" strokeLinecap="round" />
      <circle cx="17.5" cy="12" r="1.7" fill="#fff" />
    </svg>
  )
}
