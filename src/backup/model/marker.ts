/** What the marker object of a destination holds: it identifies the destination, whatever its name in the configuration. */
export interface Marker {
  /** Of the destination, for good. */
  id: string
  /** The process start that last wrote there. */
  lease: string
}

/** A marker is far smaller; more than this is something else. */
export const MOST_MARKER_BYTES = 64 * 1024

/** What cannot be read is no marker: it is written again. */
export function parseMarker(text: string): Marker | null {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value !== 'object' || value === null || !('id' in value) || !('lease' in value)) return null
    const { id, lease } = value
    return typeof id === 'string' && typeof lease === 'string' ? { id, lease } : null
  } catch {
    return null
  }
}
