import { Button, FileButton, Textarea } from '@mantine/core'
import { type DragEvent, useState } from 'react'
import classes from './google.module.css'

interface Props {
  label: string
  description: string
  value: string
  change: (text: string) => void
  error: string | null
}

/** Google’s files are of a few kilobytes; the API takes no more than this. */
const LARGEST = 20_000

/** Takes a JSON file however it comes: dropped, chosen or pasted. */
export function JsonDrop({ label, description, value, change, error }: Props) {
  const [over, setOver] = useState(false)
  const [tooLarge, setTooLarge] = useState(false)
  const take = async (file: File | null | undefined) => {
    if (file === null || file === undefined) return
    setTooLarge(file.size > LARGEST)
    if (file.size <= LARGEST) change(await file.text())
  }
  const drag = (event: DragEvent, dragging: boolean) => {
    event.preventDefault()
    setOver(dragging)
  }
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is one of three ways, and the others are for the keyboard
    <div
      className={classes.drop}
      data-over={over || undefined}
      onDragOver={(event) => drag(event, true)}
      onDragLeave={(event) => drag(event, false)}
      onDrop={(event) => {
        drag(event, false)
        void take(event.dataTransfer.files[0])
      }}
    >
      <Textarea
        label={label}
        description={description}
        placeholder={'{ … }'}
        autosize={false}
        rows={4}
        spellCheck={false}
        autoComplete="off"
        value={value}
        onChange={(event) => {
          setTooLarge(false)
          change(event.currentTarget.value)
        }}
        error={tooLarge ? 'This file is too large to be the JSON from Google.' : error}
        classNames={{ input: classes.json }}
      />
      <FileButton onChange={(file) => void take(file)} accept="application/json,.json">
        {(props) => (
          <Button {...props} variant="default" size="compact-md">
            Choose a file
          </Button>
        )}
      </FileButton>
    </div>
  )
}
