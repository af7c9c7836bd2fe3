/** The dashboard's few drawings. Each stands beside its word and says nothing by itself. */

const PATHS = {
  overview: 'M4 13.5a8 8 0 1 1 16 0M12 13.5l4-4.5M4 13.5h1.5M18.5 13.5H20M12 5.5V7M7 18.5h10',
  files: 'M3.5 6.5a1 1 0 0 1 1-1h5l2 2.5h8a1 1 0 0 1 1 1v9a1 1 0 0 1-1 1h-15a1 1 0 0 1-1-1z',
  activity: 'M3.5 12h4l3-7.5 4 15 2.5-7.5h3.5',
  problems: 'M12 4.5 21 19.5H3zM12 10.5v4M12 16.9v.1',
  sources: 'M12 3.5v10M8 9.5l4 4 4-4M4.5 14.5v4a1.5 1.5 0 0 0 1.5 1.5h12a1.5 1.5 0 0 0 1.5-1.5v-4',
  destinations: 'M4.5 5h15v5h-15zM4.5 14h15v5h-15zM8 7.5h.1M8 16.5h.1',
  settings: 'M4 7.5h9M17 7.5h3M4 16.5h3M11 16.5h9M15 5.5v4M9 14.5v4',
  account: 'M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4.5 20c.8-3.7 3.8-5.5 7.5-5.5s6.7 1.8 7.5 5.5',
  more: 'M4.5 12a1 1 0 1 0 2 0 1 1 0 1 0-2 0M11 12a1 1 0 1 0 2 0 1 1 0 1 0-2 0M17.5 12a1 1 0 1 0 2 0 1 1 0 1 0-2 0',
  keyboard: 'M3.5 6.5h17v11h-17zM7 10h.1M10.3 10h.1M13.7 10h.1M17 10h.1M8 14h8',
  scheme: 'M12 4.5a7.5 7.5 0 1 0 0 15zM12 4.5a7.5 7.5 0 0 1 0 15',
  signOut: 'M10 4.5H5.5v15H10M14.5 8l4 4-4 4M18 12H9.5',
}

export type IconName = keyof typeof PATHS

export function Icon({ name, size = 20 }: { name: IconName; size?: number }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.75"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      <path d={PATHS[name]} />
    </svg>
  )
}

/** The program’s own sign. */
export function Mark({ size = 28 }: { size?: number }) {
  return <img src="/icon.svg" width={size} height={size} alt="" />
}
