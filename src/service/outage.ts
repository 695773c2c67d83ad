export { DatabaseUnavailable } from '../store/postgres/failures.ts'
