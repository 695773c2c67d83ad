import { Counter, Histogram, type Registry } from '@prometheus-io/client'

// What is counted several times a job. The client looks at all labels of a metric at each count, and makes a text of them
// to find its place by: ten counts took 3 µs of a job's 90. These find it by the values themselves, and are told as the
// client tells its own.

type Labels = Readonly<Record<string, string>>

/** The values of a metric's labels, in the order of their names. */
type Values = readonly [string, ...string[]]

/** One series for each combination of values, made when it first comes, in that order. */
class SeriesByLabels<Series> {
  readonly #names: readonly string[]
  readonly #make: (labels: Labels) => Series
  readonly #series = new Map<string, Series>()

  constructor(names: readonly string[], make: (labels: Labels) => Series) {
    this.#names = names
    this.#make = make
  }

  at(values: Values): Series {
    const key = values.length === 1 ? values[0] : values.join('\n')
    const known = this.#series.get(key)
    if (known !== undefined) return known
    const series = this.#make(Object.fromEntries(this.#names.map((name, i) => [name, values[i] ?? ''])))
    this.#series.set(key, series)
    return series
  }

  all(): Series[] {
    return [...this.#series.values()]
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
  readonly #series: SeriesByLabels<Count>

  constructor(options: About) {
    super(options)
    this.#series = new SeriesByLabels(options.labelNames, (labels) => ({ labels, value: 0 }))
  }

  /** Counts one; 0 makes the series known. */
  count(values: Values, by = 1): void {
    this.#series.at(values).value += by
  }

  override async get(): ReturnType<Counter<string>['get']> {
    return { ...(await super.get()), values: this.#series.all() }
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
  readonly #series: SeriesByLabels<Spread>
  readonly #about: About
  readonly #bounds: readonly number[]

  constructor(options: About & { readonly buckets: readonly number[] }) {
    super({ ...options, buckets: [...options.buckets] })
    this.#about = options
    this.#bounds = options.buckets
    this.#series = new SeriesByLabels(options.labelNames, (labels) => ({
      labels,
      counts: options.buckets.map(() => 0),
      sum: 0,
      count: 0,
    }))
  }

  /** Makes a series known, with nothing in it. */
  know(values: Values): void {
    this.#series.at(values)
  }

  note(values: Values, value: number): void {
    const spread = this.#series.at(values)
    spread.sum += value
    spread.count++
    const bounds = this.#bounds
    for (let i = 0; i < bounds.length; i++) {
      if (value > (bounds[i] ?? 0)) continue
      spread.counts[i] = (spread.counts[i] ?? 0) + 1
      return
    }
  }

  /** What the client asks for, of its own histograms too: each line's labels beside those that its series shares. */
  getForPromString(): object {
    const { name, help } = this.#about
    const values = this.#series.all().flatMap((spread) => this.#told(spread))
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
