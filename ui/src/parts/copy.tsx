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

/** Over plain HTTP beyond loopback browsers have no clipboard, and in a frame they keep it: an old way remains. */
export async function copyText(text: string): Promise<void> {
  // To ask for it in a frame is a violation that the console tells of.
  const isFramed = window.parent !== window
  if (navigator.clipboard === undefined || isFramed) copyBySelection(text)
  else await navigator.clipboard.writeText(text)
}

function copyBySelection(text: string): void {
  const area = document.createElement('textarea')
  area.value = text
  // Beside an open dialog nothing can be selected.
  const place = document.querySelector('dialog[open]') ?? document.body
  place.append(area)
  area.select()
  document.execCommand('copy')
  area.remove()
}
