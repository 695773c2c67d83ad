import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { Suspense } from 'react'
import { Link, Route, Router, Switch, useLocation } from 'wouter'
import { JobsView } from './jobs/view.tsx'
import { OverviewView } from './overview/view.tsx'
import { Empty, Loading, PageHead } from './parts/basics.tsx'
import { askAgain } from './parts/askAgain.ts'
import { Boundary } from './parts/boundary.tsx'
import { part } from './parts/part.ts'
import { PAGE_PATH } from './service.ts'
import { decoded } from './shell/address.ts'
import { Allowed } from './shell/allowed.tsx'
import { ViewLoads } from './shell/keyboard.tsx'
import { SignedIn } from './shell/session.tsx'
import { Shell } from './shell/shell.tsx'
import { Toasts } from './shell/toast.tsx'
import { texts } from './texts.ts'

const JobView = part(async () => (await import('./job/view.tsx')).JobView)
const BlocksView = part(async () => (await import('./blocks/view.tsx')).BlocksView)
const WebhooksView = part(async () => (await import('./webhooks/view.tsx')).WebhooksView)
const AccessView = part(async () => (await import('./access/view.tsx')).AccessView)
const QuestionsView = part(async () => (await import('./questions/view.tsx')).QuestionsView)
const SchedulesView = part(async () => (await import('./schedules/view.tsx')).SchedulesView)
const DefinitionsView = part(async () => (await import('./definitions/view.tsx')).DefinitionsView)
const EditorView = part(async () => (await import('./editor/view.tsx')).EditorView)
const EmbeddedView = part(async () => (await import('./embed/view.tsx')).EmbeddedView)

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      // The client tries again by itself.
      retry: false,
      refetchInterval: askAgain,
      staleTime: 2_000,
    },
  },
})

/** The whole page: who is there, then the view of the address. */
export function App() {
  return (
    <QueryClientProvider client={queries}>
      <Router base={PAGE_PATH}>
        <Suspense fallback={<Loading />}>
          <Switch>
            <Route path="/embed/job/:id">{({ id }) => <EmbeddedView id={decoded(id)} />}</Route>
            <Route>
              <SignedIn>
                <Toasts>
                  <Shell>
                    <Views />
                  </Shell>
                </Toasts>
              </SignedIn>
            </Route>
          </Switch>
        </Suspense>
      </Router>
    </QueryClientProvider>
  )
}

function Views() {
  const [path] = useLocation()
  return (
    <Boundary at={path}>
      <Suspense fallback={<ViewLoads />}>
        <Allowed>
          <Switch>
            <Route path="/" component={OverviewView} />
            <Route path="/jobs" component={JobsView} />
            <Route path="/jobs/:id">{({ id }) => <JobView key={id} id={decoded(id)} />}</Route>
            <Route path="/editor" component={EditorView} />
            <Route path="/definitions/:name?">{({ name }) => <DefinitionsView name={name ?? null} />}</Route>
            <Route path="/questions" component={QuestionsView} />
            <Route path="/schedules" component={SchedulesView} />
            <Route path="/blocks/:action?">
              {({ action }) => <BlocksView action={action === undefined ? null : decoded(action)} />}
            </Route>
            <Route path="/webhooks" component={WebhooksView} />
            <Route path="/access" component={AccessView} />
            <Route>
              <PageHead title={texts.notFound.title} />
              <Empty title={texts.notFound.text}>
                <p>{texts.notFound.next}</p>
                <Link href="/" className="button">
                  {texts.notFound.go}
                </Link>
              </Empty>
            </Route>
          </Switch>
        </Allowed>
      </Suspense>
    </Boundary>
  )
}
