/** What config.yaml alone can set: it is needed before the dashboard runs, or names files and servers that its users must not choose. */
const FILE_ONLY: readonly string[] = [
  'data_dir',
  'daemon.api_host',
  'daemon.api_port',
  'daemon.tls.cert',
  'daemon.tls.key',
  'daemon.trusted_proxies',
  'daemon.log_file',
  'database.url',
  'sync.temp_dir',
  // Whoever could move these would be handed the secrets that are shown to nobody.
  'sources.<name>.api_url',
  'sources.<name>.auth_url',
  'sources.<name>.token_url',
  // A file of the server: the key itself can be given instead.
  'sources.<name>.service_account_file',
]

export function isFileOnly(key: string): boolean {
  return FILE_ONLY.includes(key.replace(/^sources\.[^.]+\./, 'sources.<name>.'))
}
