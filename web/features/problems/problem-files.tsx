import { useInfiniteQuery } from '@tanstack/react-query'
import type { ProblemFile, ProblemGroup } from '../../api/types.ts'
import { Time } from '../../ui/data/amounts.tsx'
import { plural } from '../../ui/data/format.ts'
import { Table } from '../../ui/data/table.tsx'
import { MoreButton } from '../../ui/form/more-button.tsx'
import { Link } from '../../ui/page/link.tsx'
import { Loaded } from '../../ui/page/loaded.tsx'
import classes from './problem.module.css'
import { problemFilesQuery } from './queries.ts'
import { RetryButton } from './retry-button.tsx'
import { heading } from './sentences.ts'

const COLUMNS = [
  { name: 'File' },
  { name: 'What happened' },
  { name: 'Attempts', align: 'end' },
  { name: 'Next' },
  { name: 'Again' },
] as const

/** All files with one problem, a page at a time. */
export function ProblemFiles({ problem }: { problem: ProblemGroup }) {
  const { fault, name, detail } = problem
  const query = useInfiniteQuery(problemFilesQuery(fault, name ?? ''))
  return (
    <div className={classes.files}>
      <Loaded query={query}>
        {({ pages }) => (
          <Table label={`Files: ${heading(problem)}`} columns={COLUMNS}>
            {pages
              .flatMap(({ files }) => files)
              .map((file) => (
                <Row key={file.id} file={file} told={detail} />
              ))}
          </Table>
        )}
      </Loaded>
      <MoreButton query={query}>Show more files</MoreButton>
    </div>
  )
}

/** `told`: what the other side said of all of them. */
function Row({ file, told }: { file: ProblemFile; told: string | null }) {
  return (
    <tr>
      <td className={classes.wide}>
        <Link to={`/files/${file.id}`}>{file.path}</Link>
      </td>
      <td className={classes.wide}>{file.detail === told ? 'as above' : file.detail}</td>
      <td data-align="end" title={plural(file.attempts, 'attempt')}>
        {file.attempts}
      </td>
      <td className={classes.next}>
        {file.next_attempt === null ? 'on a change' : <Time at={file.next_attempt} style="short" />}
      </td>
      <td>
        <RetryButton file={file.id} label="Retry" />
      </td>
    </tr>
  )
}
