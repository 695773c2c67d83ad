import { useLocation } from 'wouter'
import { texts } from '../texts.ts'
import { useMay } from './session.tsx'
import { useSay } from './toast.tsx'

/** Opens a job that was just made; to who may not read jobs it is said that it was made. */
export function useOpenJob(): (id: string) => void {
  const [, navigate] = useLocation()
  const may = useMay()
  const say = useSay()
  return (id) => (may('jobs:read') ? navigate(`/jobs/${encodeURIComponent(id)}`) : say(texts.jobMade(id)))
}
