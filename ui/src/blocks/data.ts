import { useQuery } from '@tanstack/react-query'
import { service } from '../service.ts'
import { useMay } from '../shell/session.tsx'

/** The caller's catalogue. */
export function useBlocks() {
  const may = useMay()
  return useQuery({
    enabled: may('blocks:read'),
    queryKey: ['blocks'],
    queryFn: () => Array.fromAsync(service.blocks.list()),
    staleTime: 300_000,
  })
}
