import { texts } from '../texts.ts'
import { Command } from './basics.tsx'
import { Dialog } from './dialog.tsx'

/** A secret that is shown once. */
export function SecretOnce({ title, secret, onClose }: { title: string; secret: string; onClose: () => void }) {
  return (
    <Dialog title={title} onClose={onClose}>
      <p>{texts.secretOnce}</p>
      <Command text={secret} />
    </Dialog>
  )
}
