/** The version of this package, of the wire and of its document. */
export const VERSION = '0.1.0'
