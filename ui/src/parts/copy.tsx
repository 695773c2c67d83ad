import { useEffect, useState } from 'react'
import { texts } from '../texts.ts'

/** Copies a text; says so for two seconds. The text may be made when it is wanted. */
export function CopyButton({
  text,
  label = texts.copy,
  className = 'button quiet small',
}: {
  text: string | (() => string | Promise<string>)
  label?: string
  className?: string
}) {
  const [copied, setCopied] = useState(false)
  useEffect(() => {
    if (!copied) return
    const timer = setTimeout(() => setCopied(false), 2_000)
    return () => clearTimeout(timer)
  }, [copied])
  const copy = async (): Promise<void> => {
    await copyText(typeof text === 'string' ? text : await text())
    setCopied(true)
  }
  return (
    <button type="button" className={className} onClick={() => void copy()}>
      <span aria-live="polite">{copied ? texts.copied : label}</span>
    </button>
  )
}

/** Over plain HTTP beyond loopback browsers have no clipboard: an old way remains. */
export async function copyText(text: string): Promise<void> {
  if (navigator.clipboard !== undefined) return await navigator.clipboard.writeText(text)
  const area = document.createElement('textarea')
  area.value = text
  document.body.append(area)
  area.select()
  document.execCommand('copy')
  area.remove()
}
