import type { Random } from '../store/random.ts'

type Words = readonly [string, ...string[]]

/** Names as people give them, in the languages they speak. */
const FOLDERS: Words = [
  'Projects',
  'Invoices',
  'Photos',
  'Contracts',
  'Marketing',
  'Archive',
  'Meeting notes',
  'Design',
  'Research',
  'Personal',
  'Verträge',
  'Büro',
  'Übergabe',
  'Factures',
  'Réunions',
  'Année scolaire',
  'Presupuestos',
  'Vacaciones',
  'Niños',
  'Документы',
  'Отчёты',
  'Фото',
  '写真',
  '会議資料',
  '請求書',
  '项目资料',
  '合同',
  '사진',
  '보고서',
  'صور',
  'תמונות',
  'Zdjęcia',
  'Účtenky',
  'Tiếng Việt',
  'Ελληνικά',
  'Backups & exports',
  "Mum's stuff",
]

const STEMS: Words = [
  'Invoice',
  'Budget',
  'Report',
  'Meeting notes',
  'Proposal final',
  'Proposal final v2',
  'Offer',
  'Contract signed',
  'Lease agreement',
  'Résumé',
  'Rechnung',
  'Angebot für Müller',
  'Protokoll Vorstandssitzung',
  'Steuererklärung',
  'Übersicht',
  'Compte rendu',
  "Relevé d'identité",
  'Thèse – chapitre',
  'Informe anual',
  'Cotización',
  'Reseña',
  'Договор аренды',
  'Отчёт за квартал',
  'Смета',
  '会議メモ',
  '企画書',
  '履歴書',
  '会议纪要',
  '预算',
  '毕业论文',
  '회의록',
  '이력서',
  'عقد الإيجار',
  'חשבונית',
  'Faktura',
  'Umowa',
  'Smlouva',
  'Báo cáo',
  'Τιμολόγιο',
  'Scan',
  'Screenshot',
  'IMG',
  'DSC',
  'Voice memo',
  'Holiday',
  'Wedding',
  '🎂 Birthday',
  'Recipe – soup',
  'To do',
  'Floor plan',
  'Logo',
  'Draft (copy)',
  'Q&A',
  '100% final',
  'C# notes',
  'a+b',
  '[old] backup',
]

/** Extensions with how often they come. */
const EXTENSIONS: readonly (readonly [string, number])[] = [
  ['pdf', 24],
  ['jpg', 22],
  ['docx', 10],
  ['xlsx', 8],
  ['png', 8],
  ['txt', 5],
  ['pptx', 4],
  ['csv', 4],
  ['heic', 3],
  ['mp4', 2],
  ['mp3', 2],
  ['zip', 2],
  ['md', 2],
  ['json', 1],
  ['eml', 1],
  ['psd', 1],
  ['svg', 1],
]
const WEIGHT = EXTENSIONS.reduce((sum, [, weight]) => sum + weight, 0)

export function folderName(random: Random): string {
  const name = random.pick(FOLDERS)
  return random.next() < 0.4 ? `${name} ${2016 + random.below(11)}` : name
}

/** The name of a document without extension, for example `Rechnung 2023-04 (17)`. */
export function documentName(random: Random, number: number): string {
  const stem = random.pick(STEMS)
  if (stem === 'IMG' || stem === 'DSC') return `${stem}_${String(number).padStart(4, '0')}`
  const year = 2012 + random.below(15)
  const month = String(1 + random.below(12)).padStart(2, '0')
  const style = random.below(4)
  if (style === 0) return `${stem} ${year}-${month} (${number})`
  if (style === 1) return `${year}${month} ${stem} ${number}`
  return style === 2 ? `${stem}_${number}` : `${stem} ${number}`
}

export function extension(random: Random): string {
  let at = random.next() * WEIGHT
  for (const [name, weight] of EXTENSIONS) {
    at -= weight
    if (at < 0) return name
  }
  return 'pdf'
}
