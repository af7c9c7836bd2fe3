export type AccountErrors = Partial<Record<'token' | 'name' | 'password', string>>

/** What is wrong with the first account before it is sent; `password` is what its own rule says of it. */
export function accountErrors({
  token,
  name,
  password,
}: {
  token: string
  name: string
  password: string | null
}): AccountErrors {
  return {
    ...(token.trim() === '' ? { token: 'Copy the set-up token from the log.' } : {}),
    ...nameError(name.trim()),
    ...(password === null ? {} : { password }),
  }
}

function nameError(name: string): AccountErrors {
  if (name === '') return { name: 'Choose a name.' }
  if (name.length > 100) return { name: 'No more than 100 characters.' }
  return /^[\p{L}\p{N}._@+-]+$/u.test(name) ? {} : { name: 'Letters, digits and . _ @ + - only, without blanks.' }
}
