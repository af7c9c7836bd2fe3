import { Button, MultiSelect, TextInput } from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import { useEffect, useState } from 'react'
import { actionWord } from './actions.ts'
import classes from './filter-bar.module.css'
import { type Filters, isFiltered } from './filters.ts'

const NONE: Filters = { actions: [], search: '', from: '', to: '' }

interface Props {
  filters: Filters
  /** The actions there are. */
  actions: string[]
  change: (filters: Filters) => void
}

/** What is to be seen. What is typed is followed as soon as the typing rests. */
export function FilterBar({ filters, actions, change }: Props) {
  const [search, setSearch] = useState(filters.search)
  const follow = useDebouncedCallback((text: string) => change({ ...filters, search: text }), 300)
  useEffect(() => setSearch(filters.search), [filters.search])
  const known = [...new Set([...actions, ...filters.actions])]
  return (
    <search className={classes.bar}>
      <TextInput
        className={classes.wide}
        type="search"
        label="Search"
        placeholder="Part of a path or message"
        value={search}
        onChange={(event) => {
          setSearch(event.currentTarget.value)
          follow(event.currentTarget.value)
        }}
      />
      <MultiSelect
        className={classes.wide}
        label="What happened"
        placeholder={filters.actions.length === 0 ? 'Anything' : ''}
        data={known.map((action) => ({ value: action, label: actionWord(action) }))}
        value={filters.actions}
        onChange={(chosen) => change({ ...filters, actions: chosen })}
        clearable
        clearButtonProps={{ 'aria-label': 'Anything' }}
      />
      <TextInput
        type="date"
        label="From"
        max={filters.to || undefined}
        value={filters.from}
        onChange={(event) => change({ ...filters, from: event.currentTarget.value })}
      />
      <TextInput
        type="date"
        label="To"
        min={filters.from || undefined}
        value={filters.to}
        onChange={(event) => change({ ...filters, to: event.currentTarget.value })}
      />
      <Button className={classes.wide} variant="default" disabled={!isFiltered(filters)} onClick={() => change(NONE)}>
        Clear
      </Button>
    </search>
  )
}
