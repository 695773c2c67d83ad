import { useQuery } from '@tanstack/react-query'
import { service } from '../service.ts'

/** The caller's catalogue. */
export function useBlocks() {
  return useQuery({
    queryKey: ['blocks'],
    queryFn: () => Array.fromAsync(service.blocks.list()),
    staleTime: 300_000,
  })
}
