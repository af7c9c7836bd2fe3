import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import files from '@fastify/static'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { problemOf } from './problem.ts'
import { problemOfAddress, send } from './problems.ts'
import { securityHeaders } from './security-headers.ts'

/** Stands in the built start page wherever the nonce of the Content-Security-Policy belongs; see vite.config.ts. */
const NONCE = 'CSP_NONCE'

/**
 * Serves the built dashboard. Files under assets/ carry a hash in their name and never change; all else is asked for again
 * each time. Every address that is no file leads to the start page: there the dashboard itself knows its pages.
 */
export async function addPages(app: FastifyInstance, folder: string): Promise<void> {
  await app.register(files, {
    root: folder,
    index: false,
    serveDotFiles: false,
    preCompressed: true,
    cacheControl: false,
    setHeaders: (reply, path) => {
      const hashed = path.startsWith(join(folder, 'assets', '/'))
      reply.header('cache-control', hashed ? 'public, max-age=31536000, immutable' : 'no-cache')
    },
  })
  app.setNotFoundHandler(async (request, reply) => {
    const path = request.url.split('?')[0] ?? ''
    if (path === '/api' || path.startsWith('/api/')) return problemOfAddress(request, reply)
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      reply.header('allow', 'GET, HEAD')
      return send(reply, problemOf(405, `This address takes GET, and not ${request.method}.`))
    }
    if (/\.\w+$/.test(path)) return send(reply, problemOf(404, 'There is no such file.'))
    return startPage(folder, request, reply)
  })
  app.get('/', (request, reply) => startPage(folder, request, reply))
}

async function startPage(folder: string, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const page = await readFile(join(folder, 'index.html'), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null
    throw error
  })
  reply.type('text/html; charset=utf-8').header('cache-control', 'no-cache')
  if (page === null) return reply.status(503).send(NOT_BUILT)
  const nonce = randomBytes(16).toString('base64')
  const { host, protocol } = request
  const { 'content-security-policy': policy } = securityHeaders({ secure: protocol === 'https', host, nonce })
  return reply.header('content-security-policy', policy).send(page.replaceAll(NONCE, nonce))
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
