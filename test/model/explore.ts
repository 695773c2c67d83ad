/** A way on from a state: what it is called, and where it leads. */
export type Move<State> = { readonly name: string; readonly to: State }

export type Machine<State> = {
  readonly initial: State
  /** Everything that may happen next; the machine is asked for each state once. */
  readonly moves: (state: State) => readonly Move<State>[]
  /** What must never be so; null: all is well. */
  readonly broken: (state: State) => string | null
}

export type Exploration = {
  readonly states: number
  /** The shortest way to what must never be so. */
  readonly counterexample: { readonly what: string; readonly way: readonly string[] } | null
}

type Seen<State> = { readonly state: State; readonly before: number; readonly by: string }

/** Looks at every state that can be reached, nearest first: whatever is found is found by the shortest way. */
export function explore<State>({ initial, moves, broken }: Machine<State>): Exploration {
  const known = new Set([JSON.stringify(initial)])
  const seen: Seen<State>[] = [{ state: initial, before: -1, by: 'start' }]
  for (let i = 0; i < seen.length; i++) {
    const { state } = seen[i] as Seen<State>
    const what = broken(state)
    if (what !== null) return { states: seen.length, counterexample: { what, way: wayTo(seen, i) } }
    for (const { name, to } of moves(state)) {
      const key = JSON.stringify(to)
      if (known.has(key)) continue
      known.add(key)
      seen.push({ state: to, before: i, by: name })
    }
  }
  return { states: seen.length, counterexample: null }
}

function wayTo<State>(seen: readonly Seen<State>[], last: number): string[] {
  const way: string[] = []
  for (let i = last; i >= 0; i = (seen[i] as Seen<State>).before) way.push((seen[i] as Seen<State>).by)
  return way.toReversed()
}
