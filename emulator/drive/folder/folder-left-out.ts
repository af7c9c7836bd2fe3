/** Why something in a served folder is not an item of the Drive, for one of them and for several. */
const REASONS = {
  notUtf8: ['name that is not UTF-8', 'names that are not UTF-8'],
  symbolicLink: ['symbolic link', 'symbolic links'],
  namedPipe: ['named pipe', 'named pipes'],
  socket: ['socket', 'sockets'],
  device: ['device', 'devices'],
  closedFolder: ['folder that cannot be read', 'folders that cannot be read'],
  unreachable: ['name that cannot be looked at', 'names that cannot be looked at'],
  skipped: ['name that is skipped on purpose', 'names that are skipped on purpose'],
} as const

export type WhyLeftOut = keyof typeof REASONS

/** How many are left out, by reason; a reason that leaves out none is not there. What is in a folder that is left out is not counted. */
export type LeftOut = Readonly<Partial<Record<WhyLeftOut, number>>>

/** In words: `5 names that are not UTF-8, 7 symbolic links`. Empty if nothing is left out. */
export function leftOutInWords(leftOut: LeftOut): string {
  const reasons = Object.keys(REASONS) as WhyLeftOut[]
  return reasons
    .flatMap((why) => {
      const count = leftOut[why] ?? 0
      return count === 0 ? [] : [`${count} ${REASONS[why][count === 1 ? 0 : 1]}`]
    })
    .join(', ')
}
