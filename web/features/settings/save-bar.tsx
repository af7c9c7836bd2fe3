import { Button } from '@mantine/core'
import { useEffect, useState } from 'react'
import { useLocation } from 'wouter'
import type { Setting } from '../../api/types.ts'
import { plural } from '../../ui/data/format.ts'
import { ErrorState } from '../../ui/page/error-state.tsx'
import { ToneShape } from '../../ui/state/state-badge.tsx'
import { type Change, changesIn, complaintsIn } from './changes.ts'
import { isExclusion, titleOf } from './groups.ts'
import classes from './save-bar.module.css'
import { useDraft, useSave, useWarningBeforeLeaving } from './use-draft.ts'

/** How long it is said that something has been saved. */
const SAID_FOR = 6_000

/** What has been changed and not saved, what it will do, and the one button that saves all of it. */
export function SaveBar({ settings }: { settings: readonly Setting[] }) {
  const { edits, refused, discard } = useDraft()
  const save = useSave(settings)
  const [opened, setOpened] = useState(false)
  const lead = useLead()
  useWarningBeforeLeaving(edits.size > 0)
  const changes = changesIn(edits, settings)
  const complaints = new Map([...refused.byKey, ...complaintsIn(edits, settings)])
  const { isSuccess, reset } = save
  useEffect(() => {
    // What is changed next is not what has been saved.
    if (isSuccess && edits.size > 0) reset()
  }, [isSuccess, edits, reset])
  const submit = () => {
    const wrong = complaintsIn(edits, settings).keys().next().value
    if (wrong === undefined) save.mutate(edits)
    else lead(wrong)
  }
  return (
    <div className={classes.place}>
      <div role="status" className="visually-hidden">
        {changes.length > 0 && `${plural(changes.length, 'change is', 'changes are')} not saved yet.`}
      </div>
      {changes.length === 0 && save.isSuccess && <Saved key={save.submittedAt} />}
      {changes.length > 0 && (
        <section aria-label="Changes that are not saved" className={classes.bar}>
          {opened && <ChangeList changes={changes.filter(({ key }) => !complaints.has(key))} />}
          {[...complaints].map(([key, message]) => (
            <Complaint key={key} name={key} message={message} lead={() => lead(key)} />
          ))}
          {refused.rest !== null && <ErrorState error={refused.rest} />}
          <div className={classes.line}>
            <strong className={classes.count}>{plural(changes.length, 'unsaved change')}</strong>
            <Button variant="default" size="compact-sm" aria-expanded={opened} onClick={() => setOpened(!opened)}>
              What they do
            </Button>
            <span className={classes.buttons}>
              <Button
                variant="default"
                onClick={() => {
                  save.reset()
                  discard()
                }}
              >
                Discard
              </Button>
              <Button onClick={submit} loading={save.isPending}>
                Save
              </Button>
            </span>
          </div>
        </section>
      )}
    </div>
  )
}

function ChangeList({ changes }: { changes: readonly Change[] }) {
  return (
    <ul className={classes.changes} aria-label="What the changes do">
      {changes.map(({ key, title, from, to, effect }) => (
        <li key={key}>
          <strong>{title}</strong>: from {from} to {to}. {effect}
        </li>
      ))}
    </ul>
  )
}

interface ComplaintProps {
  name: string
  message: string
  lead: () => void
}

function Complaint({ name, message, lead }: ComplaintProps) {
  return (
    <p className={classes.complaint} role="alert">
      <ToneShape tone="act" />
      <span>
        {titleOf(name)}: {message}{' '}
        <button type="button" className={classes.go} onClick={lead}>
          Go to it
        </button>
      </span>
    </p>
  )
}

/** Leads to the field of a key, which may be on another part of Settings. */
function useLead(): (key: string) => void {
  const [path, navigate] = useLocation()
  return (key) => {
    const home = isExclusion(key) ? '/settings/exclusions' : '/settings'
    if (path !== home) navigate(home)
    focusWhenDrawn(`setting-${key}`, FRAMES)
  }
}

/** About two seconds: where the field has not come by then, it will not. */
const FRAMES = 120

function focusWhenDrawn(id: string, frames: number): void {
  requestAnimationFrame(() => {
    const field = document.getElementById(id)
    if (field === null) {
      if (frames > 0) focusWhenDrawn(id, frames - 1)
      return
    }
    // A frame later: the page that has just been drawn takes the focus to its heading first.
    requestAnimationFrame(() => {
      field.scrollIntoView({ block: 'center' })
      field.focus({ preventScroll: true })
    })
  })
}

function Saved() {
  const [gone, setGone] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setGone(true), SAID_FOR)
    return () => clearTimeout(timer)
  }, [])
  return (
    <div role="status" className={gone ? 'visually-hidden' : classes.saved}>
      <ToneShape tone="proven" /> Saved. It is followed at once.
    </div>
  )
}
