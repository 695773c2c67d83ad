/** Drawn on 16 × 16, in the colour of the text around them. */
const PATHS = {
  overview: 'M2 13.5h12M3.5 11V7.5M6.5 11V3M9.5 11V6M12.5 11V4.5',
  jobs: 'M2.5 3.5h11M2.5 8h11M2.5 12.5h7',
  editor: 'm10.5 3 2.5 2.5L5.5 13H3v-2.5zM9 4.5 11.5 7',
  definitions: 'M4 2h5.5L12.5 5v9H4zM9.5 2v3h3M6 8.5h4.5M6 11h4.5',
  questions: 'M2.5 3h11v8H7l-3 2.5V11H2.5zM6.5 5.5h3M6.5 8h2',
  schedules: 'M8 2.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11zM8 5v3.2l2.2 1.5',
  blocks: 'M2.5 2.5h4.5V7H2.5zM9 2.5h4.5V7H9zM2.5 9h4.5v4.5H2.5zM9 9h4.5v4.5H9z',
  webhooks:
    'M8 3v4.5M5 12.5h6M4 10.5 8 7.5l4 3M3 12.5a1 1 0 1 0 2 0 1 1 0 1 0-2 0zM11 12.5a1 1 0 1 0 2 0 1 1 0 1 0-2 0zM7 3a1 1 0 1 0 2 0 1 1 0 1 0-2 0z',
  access: 'M9.5 6.5a3 3 0 1 0-2.6 3l1 1H9.500v1.500H11V13.500h2.500V11L9.300 7.500',
  menu: 'M2.5 4.5h11M2.5 8h11M2.5 11.500h11',
}

export type IconName = keyof typeof PATHS

export function Icon({ name }: { name: IconName }) {
  return (
    <svg viewBox="0 0 16 16" aria-hidden="true">
      <path
        d={PATHS[name]}
        fill="none"
        stroke="currentColor"
        strokeWidth="1.4"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </svg>
  )
}
