import { FOLDER, nativeType } from '../store/kinds.ts'
import type { Random } from '../store/random.ts'
import type { DriveStore } from '../store/store.ts'

/** Folder → entries; a text ending in `/` is an empty folder, `name|document` a native document, `name → target` a shortcut. */
type Tree = { readonly [folder: string]: readonly (string | Tree)[] }

const TREE: Tree = {
  '': [
    'Read me first.txt',
    'Household budget|spreadsheet',
    'Holiday plans|document',
    {
      Projects: [
        'Overview|document',
        'Timeline|spreadsheet',
        {
          'Website relaunch': [
            'Brief.docx',
            'Sitemap|drawing',
            'Kick-off|presentation',
            'Feedback|form',
            { Design: ['logo.svg', 'logo@2x.png', 'homepage.psd', 'colours.json', 'Type specimen.pdf'] },
            { Texts: ['About us.docx', 'Imprint.md', 'Press kit.zip'] },
          ],
        },
        {
          'Sensor prototype': [
            'measurements.csv',
            'firmware.tar.gz',
            'wiring.png',
            'Notes|document',
            'Nightly export|script',
          ],
        },
      ],
    },
    {
      Finance: [
        'Budget 2026|spreadsheet',
        {
          Invoices: [
            '2026-01 Müller GmbH.pdf',
            '2026-02 Société Générale.pdf',
            '2026-03 株式会社さくら.pdf',
            '2026-03 株式会社さくら (copy).pdf',
          ],
        },
        { Taxes: ['Steuererklärung 2025.pdf', 'receipts.zip', 'Notes.txt'] },
      ],
    },
    {
      Photos: [
        { '2025 Lisbon': ['IMG_0001.jpg', 'IMG_0002.jpg', 'IMG_0003.heic', 'tram.mp4'] },
        { '2026 Garden 🌻': ['before.jpg', 'after.jpg', 'plan.png'] },
      ],
    },
    {
      Family: [
        'Recipes|document',
        "Grandma's letters.pdf",
        'Contacts.vcf',
        'birthdays.ics',
        { School: ['timetable.xlsx', 'essay – draft.docx'] },
      ],
    },
    { Music: ['demo take 1.mp3', 'demo take 2.mp3', 'lyrics.txt'] },
    { 'Empty folder': [] },
    'Budget (shortcut) → Budget 2026',
    'Website (shortcut) → Website relaunch',
  ],
}

/** About sixty items as a family with a small business has them. */
export function fillSmall(store: DriveStore, random: Random): void {
  const byName = new Map<string, string>()
  const shortcuts: { name: string; target: string; parent: string }[] = []
  let day = Date.UTC(2026, 0, 3, 9)
  const when = (): number => (day += random.below(5 * 24 * 3600_000))

  const fill = (entries: readonly (string | Tree)[], parent: string): void => {
    for (const entry of entries) {
      if (typeof entry !== 'string') {
        for (const [name, inner] of Object.entries(entry)) {
          const time = when()
          const { id } = store.create({ name, parent, mimeType: FOLDER, createdTime: time, modifiedTime: time })
          byName.set(name, id)
          fill(inner, id)
        }
        continue
      }
      const [shortcut, target] = entry.split(' → ')
      if (shortcut !== undefined && target !== undefined) {
        shortcuts.push({ name: shortcut, target, parent })
        continue
      }
      const [name = entry, kind] = entry.split('|')
      const time = when()
      const times = { createdTime: time, modifiedTime: time }
      const size = Math.min(2_000_000, Math.round(random.logNormal(30_000, 1.4)))
      const { id } = store.create(
        kind === undefined
          ? { name, parent, size, ...times }
          : { name, parent, mimeType: nativeType(kind), nativeSize: 1024 + random.below(40_000), ...times },
      )
      byName.set(name, id)
    }
  }
  fill(TREE[''] ?? [], store.primary.rootId)
  for (const { name, target, parent } of shortcuts) {
    store.create({ name, parent, target: byName.get(target) ?? 'gone', createdTime: day, modifiedTime: day })
  }
}
