/** From here on not every whole number is a double. */
const DOUBTFUL = 2 ** 53

/** From here on JSON writes a whole number with an exponent, which nobody takes for its digits. */
const WITHOUT_DIGITS = 1e21

const EXACTLY = {
  '+': (left: bigint, right: bigint) => left + right,
  '-': (left: bigint, right: bigint) => left - right,
  '*': (left: bigint, right: bigint) => left * right,
  '**': (left: bigint, right: bigint) => left ** right,
}

/**
 * Whether what two numbers gave has wrong digits: both are whole, and the double is not their sum, difference, product
 * or power, as in 9007199254740992 + 1. Costs a comparison below 2 ** 53.
 */
export function hasWrongDigits(operator: keyof typeof EXACTLY, left: number, right: number, result: number): boolean {
  const size = Math.abs(result)
  if (size < DOUBTFUL || size >= WITHOUT_DIGITS || !Number.isInteger(left) || !Number.isInteger(right)) return false
  return EXACTLY[operator](BigInt(left), BigInt(right)) !== BigInt(result)
}
