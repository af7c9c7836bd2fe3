import { existsSync, readFileSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
/** About a dozen is wanted; so many are the limit. */
const MOST_FILES = 16

/** What each room of `src/` may import. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  backup: [],
  http: [],
  drive: ['backup', 'http'],
  destinations: ['backup', 'http'],
  catalog: ['backup'],
  verify: ['backup'],
  config: ['backup'],
  log: ['backup', 'config'],
  app: ['backup', 'catalog', 'config', 'destinations', 'drive', 'verify'],
  server: ['app', 'backup', 'catalog', 'config', 'drive', 'log'],
  cli: ['app', 'backup', 'catalog', 'config', 'drive', 'log', 'server'],
}

/** For everybody: pure tables and the like. */
const OPEN = ['src/make-folder.ts', 'src/destinations/destination-types.ts']

const IMPORT = /(?:from|import)\s*\(?\s*'(\.[^']+)'/g

async function filesIn(folder: string): Promise<string[]> {
  const found = await readdir(join(ROOT, folder), { recursive: true, withFileTypes: true })
  const files = found.filter((one) => one.isFile()).map((one) => relative(ROOT, join(one.parentPath, one.name)))
  return files.filter((file) => /\.tsx?$/.test(file))
}

function importsOf(file: string): string[] {
  const text = readFileSync(join(ROOT, file), 'utf8')
  return [...text.matchAll(IMPORT)].map(([, to = '']) => join(dirname(file), to))
}

test('rooms import inwards only', async () => {
  const wrong: string[] = []
  for (const file of await filesIn('src')) {
    const [, room = ''] = file.split('/')
    const allowed = MAY_IMPORT[room]
    if (allowed === undefined || file.endsWith('.test.ts')) continue
    for (const to of importsOf(file)) {
      const [, other = ''] = to.split('/')
      if (other !== room && !OPEN.includes(to) && !allowed.includes(other)) wrong.push(`${file} imports ${to}`)
    }
  }
  expect(wrong).toEqual([])
})

/** The modules that open SQLite themselves. */
const OPEN_SQLITE = ['src/catalog/lock.ts', 'src/catalog/open.ts', 'src/catalog/overrides.ts']
/** What API and command line may use of the catalog: reading, access and history, and what else they need by name. */
const READING = [
  ...['access/', 'history/', 'read/'], // folders
  ...['destinations.ts', 'operator.ts', 'overrides.ts', 'settings.ts', 'sources.ts'], // what a person sets, and who works
  ...['damage.ts', 'items/names.ts', 'lock.ts', 'open.ts', 'schema.ts', 'times.ts'], // constants, types, opening
].map((path) => `src/catalog/${path}`)

test('only the catalog touches the database; API and command line see its reading side alone', async () => {
  const wrong: string[] = []
  for (const file of await filesIn('src')) {
    if (file.endsWith('.test.ts')) continue
    const text = readFileSync(join(ROOT, file), 'utf8')
    if (text.includes("from 'better-sqlite3'") && !OPEN_SQLITE.includes(file)) wrong.push(`${file} opens SQLite`)
    if (file.startsWith('src/catalog/')) continue
    if (/from 'kysely/.test(text)) wrong.push(`${file} imports kysely`)
    const query = /\.(?:selectFrom|insertInto|updateTable|deleteFrom|transaction|executeQuery)\(/
    if (/CatalogDatabase|openCatalog|openDatabase/.test(text) && query.test(text)) wrong.push(`${file} queries`)
    if (!/^src\/(server|cli)\//.test(file)) continue
    for (const to of importsOf(file).filter((path) => path.startsWith('src/catalog/')))
      if (!READING.some((path) => to.startsWith(path))) wrong.push(`${file} imports ${to}`)
  }
  expect(wrong).toEqual([])
})

test('the emulators import nothing of the product', async () => {
  const files = await filesIn('emulator')
  const wrong = files.flatMap((file) =>
    importsOf(file)
      .filter((to) => to.startsWith('src/'))
      .map((to) => [file, to]),
  )
  expect(wrong).toEqual([])
})

test('no file imports itself through others', async () => {
  const files = (await Promise.all(['src', 'web', 'emulator', 'bench', 'test', 'scripts'].map(filesIn))).flat()
  const imports = new Map(files.map((file) => [file, importsOf(file)]))
  const done = new Set<string>()
  const circles: string[] = []
  const visit = (file: string, way: readonly string[]) => {
    const at = way.indexOf(file)
    if (at >= 0) circles.push([...way.slice(at), file].join(' → '))
    if (at >= 0 || done.has(file)) return
    for (const to of imports.get(file) ?? []) visit(to, [...way, file])
    done.add(file)
  }
  for (const file of files) visit(file, [])
  expect(circles).toEqual([])
})

test(`no folder of src/ has more than ${MOST_FILES} files`, async () => {
  const folders = Map.groupBy(await filesIn('src'), dirname)
  const full = [...folders].filter(([, files]) => files.length > MOST_FILES)
  expect(full.map(([folder, files]) => `${folder}: ${files.length}`)).toEqual([])
})

test('every path that CONTRIBUTING names exists', () => {
  const named = readFileSync(join(ROOT, 'CONTRIBUTING.md'), 'utf8').matchAll(
    /`((?:src|web|emulator|test|bench|scripts|docs|bin)\/[\w./-]*)`/g,
  )
  const paths = [...named].map(([, path = '']) => path)
  expect(paths.length).toBeGreaterThan(20)
  expect(paths.filter((path) => !existsSync(join(ROOT, path)))).toEqual([])
})
