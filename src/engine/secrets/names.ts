/** What a secret may be named. */
export const SECRET_NAME = '[A-Za-z][A-Za-z0-9_]{0,61}[A-Za-z0-9]'

/** A shorter value would be found everywhere by chance, so it could not be masked: such secrets are refused. */
export const LEAST_SECRET_CHARACTERS = 8

/** What stands in the place of a secret. */
export const MASK = '***'
