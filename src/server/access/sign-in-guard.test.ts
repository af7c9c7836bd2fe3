import { expect, test } from 'vitest'
import { networkOf, SignInGuard } from './sign-in-guard.ts'

const STRANGER = { account: 'anna', address: '203.0.113.7', device: null, familiar: false }
const refused = (guard: SignInGuard, attempt: Parameters<SignInGuard['admit']>[0], now = 0) =>
  guard.admit(attempt, now).refused

/** Tries until it is turned away, at most so often; gives how often it was let through. */
function tries(guard: SignInGuard, attempt: (i: number) => Parameters<SignInGuard['admit']>[0], most: number): number {
  for (let i = 0; i < most; i++) if (refused(guard, attempt(i)) !== null) return i
  return most
}

test('one address gets ten tries, whatever accounts it tries', () => {
  const guard = new SignInGuard()
  expect(tries(guard, (i) => ({ ...STRANGER, account: `user ${i}` }), 100)).toBe(10)
  expect(refused(guard, STRANGER)).toBe(60)
  expect(refused(guard, STRANGER, 60_000)).toBeNull()
})

test('many addresses together get thirty tries at one account, in whatever capitals', () => {
  const guard = new SignInGuard()
  const attempt = (i: number) => ({
    ...STRANGER,
    address: `203.0.${i}.1`,
    account: i % 2 === 0 ? 'anna' : 'ANNA',
  })
  expect(tries(guard, attempt, 100)).toBe(30)
  expect(refused(guard, { ...STRANGER, address: '198.51.100.1', account: 'ben' })).toBeNull()
})

test('no number of wrong passwords from elsewhere keeps out the browser or the address that is known', () => {
  const guard = new SignInGuard()
  tries(guard, (i) => ({ ...STRANGER, address: `203.0.${i}.1` }), 1000)
  expect(refused(guard, { ...STRANGER, address: '198.51.100.1' })).not.toBeNull()
  expect(refused(guard, { ...STRANGER, address: '198.51.100.1', device: 'known' })).toBeNull()
  expect(refused(guard, { ...STRANGER, address: '198.51.100.1', familiar: true })).toBeNull()
})

test('wrong passwords from the same address do not keep out the browser that is known there', () => {
  const guard = new SignInGuard()
  expect(tries(guard, () => ({ ...STRANGER, familiar: true }), 100)).toBe(10)
  expect(refused(guard, { ...STRANGER, device: 'known' })).toBeNull()
  expect(tries(guard, () => ({ ...STRANGER, device: 'known' }), 100)).toBe(9)
})

test('a right password costs nothing', () => {
  const guard = new SignInGuard()
  for (let i = 0; i < 100; i++) {
    const admitted = guard.admit(STRANGER, 0)
    if (admitted.refused !== null) throw new Error(`refused at ${i}`)
    admitted.succeeded()
  }
})

test.each([
  ['203.0.113.7', '203.0.113.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:db8:1:2::9', '2001:db8:1:2::/64'],
  ['2001:0DB8:0001:0002::1', '2001:db8:1:2::/64'],
  ['::1', '0:0:0:0::/64'],
  ['fe80::1', 'fe80:0:0:0::/64'],
])('%s belongs to the network %s', (address, network) => {
  expect(networkOf(address)).toBe(network)
})
