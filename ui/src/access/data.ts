import { useQuery } from '@tanstack/react-query'
import { service } from '../service.ts'

/** All keys, with the revoked ones. */
export function useKeys() {
  return useQuery({ queryKey: ['keys'], queryFn: () => Array.fromAsync(service.keys.list()) })
}
