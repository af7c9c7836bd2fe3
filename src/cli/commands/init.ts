import { existsSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { addUser, userByName, userNames } from '../../catalog/access/users.ts'
import { catalogFileOf } from '../../config/file/load.ts'
import { type Answers, configTemplate, envTemplate } from '../../config/schema/config-template.ts'
import { makeFolder } from '../../make-folder.ts'
import { hashPassword } from '../../server/access/passwords/password-hash.ts'
import { type Context, openDatabase, readFile } from '../context.ts'
import { messageOf } from '../terminal/failure.ts'
import { newPassword } from '../terminal/password.ts'
import { print } from '../terminal/print.ts'
import { EXIT, Refusal } from '../terminal/refusal.ts'
import { checkedUserName } from '../user-name.ts'

/** What stands in a new configuration for the operator to change. */
const ANSWERS: Answers = {
  signIn: { kind: 'refresh-token' },
  destination: { name: 'aws_s3', type: 'aws', bucket: 'my-backup', region: 'us-east-1', prefix: '', endpoint: null },
}

interface InitOptions {
  force?: boolean
  user?: string
  passwordStdin?: boolean
}

/** Makes a folder ready: configuration, catalog, first user. Needs no credentials; may be repeated, and overwrites nothing unasked. */
export async function init(
  context: Context,
  { force = false, user: named, passwordStdin = false }: InitOptions,
): Promise<number> {
  const user = checkedUserName(named ?? 'admin')
  const config = resolve(context.configFile)
  const env = join(dirname(config), '.env')
  await writeNew(config, configTemplate(ANSWERS), 0o644, force)
  await writeNew(env, envTemplate(ANSWERS), 0o600, force)
  const catalogFile = catalogFileOf(await readFile(context))
  await print(`${existsSync(catalogFile) ? 'kept   ' : 'made   '} ${catalogFile}`)
  await using db = await openDatabase(catalogFile)

  const known = (await userNames(db)).join(', ')
  if (known !== '') {
    if (named !== undefined && (await userByName(db, named)) === null) throw notFirst(named, known)
    await print(`kept    user ${known}${passwordStdin ? '  (`drivekeep user password` changes a password)' : ''}`)
  } else {
    const { password, generated } = await newPassword(user, passwordStdin)
    await addUser(db, { name: user, passwordHash: await hashPassword(password), role: 'admin' }, Date.now())
    await print(`made    user ${user}${generated ? `, password ${password}  (shown only this once)` : ''}`)
  }
  await print(`\n${nextSteps(context.configFile, env)}`)
  return EXIT.ok
}

/** Only a first user is made without being asked for a role. */
const notFirst = (name: string, known: string) =>
  new Refusal(
    `${name} was not made a user, since there is one already: ${known}. \`drivekeep user add ${name} --role admin\` adds another.`,
  )

async function writeNew(file: string, text: string, mode: number, force: boolean): Promise<void> {
  try {
    makeFolder(dirname(file))
    const old = existsSync(file)
    if (old && !force) return await print(`kept    ${file}  (--force replaces it)`)
    if (old) renameSync(file, `${file}.old`)
    // Never follows into a file that appears in this moment.
    writeFileSync(file, text, { mode, flag: 'wx' })
    await print(`written ${file}${old ? `  (the old one is ${file}.old)` : ''}`)
  } catch (error) {
    if (messageOf(error) === null) throw error
    const why = (error as Error).message.replace(/\. Name another\.$/, '')
    throw new Refusal(`${file} cannot be written (${why}). Name another with --config FILE.`)
  }
}

function nextSteps(config: string, env: string): string {
  const option = config === 'config.yaml' ? '' : `--config ${config} `
  return [
    'Next:',
    `  1. Write the Google client and, unless this machine has an AWS role, the storage keys into ${env}`,
    `  2. Set bucket and region under destinations in ${config}`,
    `  3. drivekeep ${option}sign-in   gets the refresh token with a browser, unless you have one`,
    `  4. drivekeep ${option}doctor    tests all of it and says what is missing`,
    `  5. drivekeep ${option}start     backs up from then on (drivekeep ${option}sync: once)`,
  ].join('\n')
}
