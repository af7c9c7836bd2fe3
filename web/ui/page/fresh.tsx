/**
 * Text that changes by itself where it is aligned to the end or in the middle. As the same element it would move with its
 * length, which a browser counts as an unstable page; a new one has never been anywhere else.
 */
export function Fresh({ children }: { children: string }) {
  return <span key={children}>{children}</span>
}
