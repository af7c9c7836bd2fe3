/** The size of a part in the crash tests: a file of some MiB then has dozens. */
export const PART_BYTES = 256 * 1024
