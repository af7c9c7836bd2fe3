/** Who may do what, what was set in the dashboard, and what the operator wants of the daemon. */
export const PEOPLE = [
  `create table daemon_state (
    id integer primary key check (id = 1),
    desired text not null check (desired in ('running', 'paused', 'stopped')),
    state text not null check (state in ('running', 'paused', 'stopped')),
    wakeups integer not null,
    pid integer, started_at text,
    updated_at text not null)`,

  `create table users (
    id integer primary key,
    name text not null unique,
    password_hash text not null,
    role text not null check (role in ('viewer', 'operator', 'admin')),
    created_at text not null,
    last_seen_at text)`,
  // Names that differ in case alone are one user's.
  `create unique index users_by_name on users (name collate nocase)`,

  // The cookie holds a random secret; only its SHA-256 is kept, so that the database alone opens no session.
  `create table sessions (
    id integer primary key,
    secret_hash text not null unique,
    user_id integer not null references users (id) on delete cascade,
    created_at text not null, last_seen_at text not null,
    address text not null, user_agent text not null)`,
  `create index sessions_of_user on sessions (user_id)`,

  `create table api_tokens (
    id integer primary key,
    secret_hash text not null unique,
    user_id integer not null references users (id) on delete cascade,
    name text not null,
    -- The first characters, to tell tokens apart.
    hint text not null,
    -- JSON: a list of read, control, restore, admin.
    scopes text not null,
    created_at text not null, expires_at text, last_used_at text)`,
  `create index api_tokens_of_user on api_tokens (user_id)`,

  // Names and not ids: what a user did stays known when the user is gone.
  `create table audit_log (
    id integer primary key,
    timestamp text not null,
    actor text, address text,
    action text not null, subject text, detail text,
    outcome text not null check (outcome in ('done', 'refused')))`,

  `create table settings (name text primary key, value text not null)`,

  // Keys of config.yaml that were set in the dashboard; they win over the file. A secret is sealed.
  `create table overrides (
    key text primary key,
    value text not null,
    sealed integer not null check (sealed in (0, 1)),
    changed_at text not null, changed_by text not null)`,
]
