/** Opens a catalog, made or brought up to date as needed, and ends: `node opener.ts FILE`. */
import { openCatalog } from '../../src/catalog/open.ts'

const db = await openCatalog(process.argv[2] ?? '')
await db.destroy()
