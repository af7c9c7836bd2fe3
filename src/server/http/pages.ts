import { existsSync } from 'node:fs'
import { join } from 'node:path'
import files from '@fastify/static'
import type { FastifyInstance, FastifyReply } from 'fastify'
import { problemOfAddress, send } from './answer-problems.ts'
import { problemOf } from './problem.ts'

const YEAR = 'public, max-age=31536000, immutable'

/**
 * Serves the built dashboard, compressed as it was when it was built. Files under assets/ carry a hash in their name and
 * never change; all else is asked for again each time. Every address that is no file leads to the start page: there the
 * dashboard itself knows its pages.
 */
export async function addPages(app: FastifyInstance, folder: string): Promise<void> {
  await app.register(files, {
    root: folder,
    index: false,
    dotfiles: 'ignore',
    preCompressed: true,
    cacheControl: false,
    setHeaders: (reply, path) => {
      reply.header('cache-control', path.startsWith(join(folder, 'assets', '/')) ? YEAR : 'no-cache')
    },
  })
  app.get('/', (_, reply) => startPage(folder, reply))
  app.setNotFoundHandler(async (request, reply) => {
    const path = request.url.split('?')[0] ?? ''
    if (path === '/api' || path.startsWith('/api/')) return problemOfAddress(request, reply)
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      reply.header('allow', 'GET, HEAD')
      return send(reply, problemOf(405, `This address takes GET, and not ${request.method}.`))
    }
    if (/\.[\w-]+$/.test(path)) return send(reply, problemOf(404, 'There is no such file.'))
    return startPage(folder, reply)
  })
}

function startPage(folder: string, reply: FastifyReply): FastifyReply {
  if (existsSync(join(folder, 'index.html'))) return reply.sendFile('index.html')
  return reply.status(503).type('text/html; charset=utf-8').header('cache-control', 'no-store').send(NOT_BUILT)
}

const NOT_BUILT = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>Drivekeep</title>
<h1>The dashboard has not been built</h1>
<p>Drivekeep runs, and its API answers. To have the dashboard, run <code>npm run build</code> where Drivekeep is installed,
then load this page again.</p>
`
