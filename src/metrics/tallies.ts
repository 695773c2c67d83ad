import { Counter, Histogram, type Registry } from '@prometheus-io/client'

// What is counted several times a job. The client looks at all labels of a metric at each count, and makes a text of them
// to find its place by: ten counts took 3 µs of a job's 90. These find it by the values themselves, and are told as the
// client tells its own.

type Labels = Readonly<Record<string, string>>

/** The values of a metric's labels, in the order of their names. */
type Values = readonly [string, ...string[]]

/** One place for each combination of values, made when it first comes, in that order. */
class Places<Place> {
  readonly #names: readonly string[]
  readonly #make: (labels: Labels) => Place
  readonly #places = new Map<string, Place>()

  constructor(names: readonly string[], make: (labels: Labels) => Place) {
    this.#names = names
    this.#make = make
  }

  at(values: Values): Place {
    const key = values.length === 1 ? values[0] : values.join('\n')
    const known = this.#places.get(key)
    if (known !== undefined) return known
    const place = this.#make(Object.fromEntries(this.#names.map((name, i) => [name, values[i] ?? ''])))
    this.#places.set(key, place)
    return place
  }

  all(): Place[] {
    return [...this.#places.values()]
  }
}

type Count = { readonly labels: Labels; value: number }

type About = {
  readonly name: string
  readonly help: string
  readonly labelNames: readonly string[]
  readonly registers: Registry[]
}

/** A counter with labels. */
export class Tally extends Counter<string> {
  readonly #places: Places<Count>

  constructor(options: About) {
    super(options)
    this.#places = new Places(options.labelNames, (labels) => ({ labels, value: 0 }))
  }

  /** Counts one; 0 makes the place known. */
  count(values: Values, by = 1): void {
    this.#places.at(values).value += by
  }

  override async get(): ReturnType<Counter<string>['get']> {
    return { ...(await super.get()), values: this.#places.all() }
  }
}

type Spread = {
  readonly labels: Labels
  /** How many were up to each bound, and above the one before. */
  readonly counts: number[]
  sum: number
  count: number
}

/** A histogram with labels. */
export class Spreads extends Histogram<string> {
  readonly #places: Places<Spread>
  readonly #about: About
  readonly #bounds: readonly number[]

  constructor(options: About & { readonly buckets: readonly number[] }) {
    super({ ...options, buckets: [...options.buckets] })
    this.#about = options
    this.#bounds = options.buckets
    this.#places = new Places(options.labelNames, (labels) => ({
      labels,
      counts: options.buckets.map(() => 0),
      sum: 0,
      count: 0,
    }))
  }

  /** Makes a place known, with nothing in it. */
  know(values: Values): void {
    this.#places.at(values)
  }

  note(values: Values, value: number): void {
    const spread = this.#places.at(values)
    spread.sum += value
    spread.count++
    const bounds = this.#bounds
    for (let i = 0; i < bounds.length; i++) {
      if (value > (bounds[i] ?? 0)) continue
      spread.counts[i] = (spread.counts[i] ?? 0) + 1
      return
    }
  }

  /** What the client asks for, of its own histograms too: each line's labels beside those that its place shares. */
  getForPromString(): object {
    const { name, help } = this.#about
    const values = this.#places.all().flatMap((spread) => this.#told(spread))
    return { name, help, type: 'histogram', aggregator: 'sum', values }
  }

  #told({ labels: sharedLabels, counts, sum, count }: Spread): object[] {
    const { name } = this.#about
    let upTo = 0
    const bucket = (le: number | string, value: number): object => ({
      metricName: `${name}_bucket`,
      labels: { le },
      sharedLabels,
      value,
    })
    return [
      ...counts.map((more, i) => bucket(this.#bounds[i] ?? 0, (upTo += more))),
      bucket('+Inf', count),
      { metricName: `${name}_sum`, labels: {}, sharedLabels, value: sum },
      { metricName: `${name}_count`, labels: {}, sharedLabels, value: count },
    ]
  }
}
