import { Anchor } from '@mantine/core'
import type { ReactNode } from 'react'
import { CopyField } from '../../../ui/form/copy.tsx'
import { Notice } from '../../../ui/state/notice.tsx'
import classes from './google.module.css'
import { redirectComplaint } from './google-json.ts'

/** What Drivekeep asks to be allowed, and no more: it reads. */
const READ_SCOPE = 'https://www.googleapis.com/auth/drive.readonly'

/** From nothing to an OAuth client, each step with the page it is done on. */
export function ClientGuide({ redirectUri }: { redirectUri: string }) {
  const complaint = redirectComplaint(redirectUri)
  return (
    <ol className={classes.guide} aria-label="How to make an OAuth client">
      <Step
        title="Make a project"
        link={['Google Cloud: new project', 'https://console.cloud.google.com/projectcreate']}
      >
        Any name will do, such as this one: <CopyField value="Drivekeep" label="the name of the project" />
      </Step>
      <Step
        title="Enable the Google Drive API"
        link={['Google Cloud: Google Drive API', 'https://console.cloud.google.com/apis/library/drive.googleapis.com']}
      >
        Choose the new project at the top of the page, then press <b>Enable</b>.
      </Step>
      <Step
        title="Describe the app"
        link={['Google Cloud: branding', 'https://console.cloud.google.com/auth/branding']}
      >
        Press <b>Get started</b>. App name: Drivekeep; the e-mail addresses are your own. Audience: <b>Internal</b> if
        you have Google Workspace and back up an account of it, else <b>External</b>.
      </Step>
      <Step title="Publish the app" link={['Google Cloud: audience', 'https://console.cloud.google.com/auth/audience']}>
        With External, press <b>Publish app</b> and confirm. Do not leave this out: while an app is “in testing”, Google
        ends its sign-ins after 7 days, and the backup would stop with it. Google need not verify the app for your own
        use. (With Internal there is nothing to publish.)
      </Step>
      <Step
        title="Make an OAuth client"
        link={['Google Cloud: new client', 'https://console.cloud.google.com/auth/clients/create']}
      >
        Application type: <b>Web application</b>. Under <b>Authorised redirect URIs</b> add exactly this:
        <CopyField value={redirectUri} label="the redirect URI" />
        {complaint !== null && <Notice tone="act">{complaint}</Notice>}
      </Step>
      <Step title="Download the JSON">
        Press <b>Create</b>, then <b>Download JSON</b>, and drop the file below.
      </Step>
      <Step title="Connect">
        Google will say that it has not verified the app: it is your own. Choose <b>Advanced</b>, then{' '}
        <b>Go to Drivekeep</b>, and allow it to see and download your files.
      </Step>
    </ol>
  )
}

/** From nothing to a service account that may act for a user. */
export function ServiceAccountGuide() {
  return (
    <ol className={classes.guide} aria-label="How to make a service account">
      <Step
        title="Make a project"
        link={['Google Cloud: new project', 'https://console.cloud.google.com/projectcreate']}
      >
        Any name will do.
      </Step>
      <Step
        title="Enable the Google Drive API"
        link={['Google Cloud: Google Drive API', 'https://console.cloud.google.com/apis/library/drive.googleapis.com']}
      >
        Choose the new project at the top of the page, then press <b>Enable</b>.
      </Step>
      <Step
        title="Make a service account"
        link={['Google Cloud: service accounts', 'https://console.cloud.google.com/iam-admin/serviceaccounts/create']}
      >
        It needs a name and no roles. Then open it and, under <b>Keys</b>, choose <b>Add key</b>, <b>Create new key</b>,{' '}
        <b>JSON</b>: a file is downloaded.
      </Step>
      <Step
        title="Allow it to act for users"
        link={['Admin console: domain-wide delegation', 'https://admin.google.com/ac/owl/domainwidedelegation']}
      >
        Press <b>Add new</b>. Client ID: the long number that the service account shows (and that is shown below as soon
        as you drop the file). OAuth scopes: exactly this one. <CopyField value={READ_SCOPE} label="the scope" />
        It can take up to a day until Google follows, mostly a few minutes.
      </Step>
      <Step title="Drop the key below">And say whose drive it is to read.</Step>
    </ol>
  )
}

interface StepProps {
  title: string
  link?: [title: string, url: string]
  children: ReactNode
}

function Step({ title, link, children }: StepProps) {
  return (
    <li>
      <div className={classes.step}>
        <p className={classes.stepTitle}>{title}</p>
        {link !== undefined && (
          <Anchor href={link[1]} target="_blank" rel="noreferrer" inherit>
            {link[0]}
            <span className="visually-hidden"> (opens in a new tab)</span> <span aria-hidden="true">↗</span>
          </Anchor>
        )}
        <div className={classes.text}>{children}</div>
      </div>
    </li>
  )
}
