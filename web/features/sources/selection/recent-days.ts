import { plural } from '../../../ui/data/format.ts'

/** What is wrong with a number of days; null: nothing. 0 stands for all files and is not offered as a number. */
export function complaintAbout(days: number | string): string | null {
  const value = typeof days === 'number' ? days : Number.NaN
  return Number.isInteger(value) && value >= 1 && value <= 36_500 ? null : 'Write a number of days, from 1 to 36,500.'
}

/** What a limit of days costs, said before it is chosen. */
export function warningAbout(days: number): string {
  return `A file that nobody has changed in the last ${plural(days, 'day')} is not protected until somebody changes it. If it is lost before that, there is no copy. It is counted and shown as skipped.`
}
