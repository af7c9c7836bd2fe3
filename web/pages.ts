import { Overview } from './features/overview/page.tsx'
import { later } from './server/later.ts'

/** Every page with its address, loaded when it is first gone to; the Overview is what a browser opens with. */
export const PAGES = {
  overview: { path: '/', name: 'Overview', component: Overview },
  files: { path: '/files', name: 'Files', component: later(() => import('./features/files/page.tsx')) },
  activity: { path: '/activity', name: 'Activity', component: later(() => import('./features/activity/page.tsx')) },
  problems: { path: '/problems', name: 'Problems', component: later(() => import('./features/problems/page.tsx')) },
  sources: { path: '/sources', name: 'Sources', component: later(() => import('./features/sources/page.tsx')) },
  destinations: {
    path: '/destinations',
    name: 'Destinations',
    component: later(() => import('./features/destinations/page.tsx')),
  },
  settings: { path: '/settings', name: 'Settings', component: later(() => import('./features/settings/page.tsx')) },
  account: { path: '/account', name: 'Account', component: later(() => import('./features/account/page.tsx')) },
} as const

export type PageId = keyof typeof PAGES

/** The wizard stands alone, without the navigation: until it is done there is nowhere to go. */
export const Setup = later(() => import('./features/setup/page.tsx'))
