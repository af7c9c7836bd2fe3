import { useLocation } from 'wouter'
import { FileList } from './file-list.tsx'
import { FilePage } from './file-page.tsx'

/** Where is my file, as it was then? A list at `/files`, one file at `/files/123`. */
export default function Files() {
  const [path] = useLocation()
  const id = /^\/files\/(\d{1,15})$/.exec(path)?.[1]
  return id === undefined ? <FileList /> : <FilePage key={id} id={Number(id)} />
}
