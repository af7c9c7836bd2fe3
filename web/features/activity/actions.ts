import type { Activity } from '../../api/types.ts'
import type { Tone } from '../../ui/state/tone.ts'

/** The words of the table sync_logs, as people say them. */
const ACTIONS: Record<string, { word: string; tone: Tone }> = {
  stored: { word: 'Stored', tone: 'proven' },
  're-keyed': { word: 'Copy moved', tone: 'proven' },
  changed: { word: 'Changed', tone: 'idle' },
  renamed: { word: 'Renamed', tone: 'idle' },
  moved: { word: 'Moved', tone: 'idle' },
  trashed: { word: 'In the bin', tone: 'idle' },
  found: { word: 'Found', tone: 'idle' },
  restored: { word: 'Restored', tone: 'idle' },
  removed: { word: 'Deleted', tone: 'idle' },
  retrying: { word: 'Retrying', tone: 'mending' },
  lost: { word: 'Copy lost', tone: 'mending' },
  failed: { word: 'Failed', tone: 'act' },
}

/** An action that is not known here keeps its own word. */
export function actionWord(action: string): string {
  return ACTIONS[action]?.word ?? `${action.slice(0, 1).toUpperCase()}${action.slice(1)}`
}

export function actionTone(action: string): Tone {
  return ACTIONS[action]?.tone ?? 'idle'
}

type Said = Pick<Activity, 'action' | 'destination' | 'title' | 'message'>

/** What stands behind the path: where it was stored, what it was called, why it failed and where. */
export function remark({ action, destination, title, message }: Said): string {
  if (action === 'stored') return destination === null ? '' : `to ${destination}`
  const what = [title, message].filter((part) => part !== null).join(': ')
  if (destination === null) return what
  return what === '' ? `at ${destination}` : `${destination}: ${what}`
}
