/** So many are kept of each generation. */
const MOST = 512

/** Longer texts are hardly ever equal, and would hold memory. */
const LONGEST = 256

/**
 * What was made from a text, kept for the next text that is equal: people post the same template with other values. It is
 * bounded: when a generation is full the one before is forgotten, and what is asked for meanwhile moves on. What is kept
 * says the same whoever asks, so it is no state.
 */
export function keptByText<Made extends object>(make: (text: string) => Made | null): (text: string) => Made | null {
  let young = new Map<string, Made>()
  let old = new Map<string, Made>()
  return (text) => {
    if (text.length > LONGEST) return make(text)
    const known = young.get(text)
    if (known !== undefined) return known
    const made = old.get(text) ?? make(text)
    if (made === null) return null
    if (young.size >= MOST) {
      old = young
      young = new Map()
    }
    young.set(text, made)
    return made
  }
}
