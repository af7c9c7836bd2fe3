import { TokenRegistry } from './tokens.js';
const CLIENT_ID = '123456789012-drivekeep.apps.googleusercontent.com';
const CLIENT_SECRET = 'GOCSPX-emulator-client-secret';
const REFRESH_TOKEN = '1//0emulator-refresh-token';
export const SCOPE = 'https://www.googleapis.com/auth/drive';
/** A registry with one app and a refresh token for the first user. */
export function prepareTokens(store) {
    const tokens = new TokenRegistry(store.now);
    tokens.addClient({ id: CLIENT_ID, secret: CLIENT_SECRET, name: 'Drivekeep' });
    const grant = { user: store.primary.email, clientId: CLIENT_ID, scopes: new Set([SCOPE]) };
    const refreshToken = tokens.issueRefresh(grant, REFRESH_TOKEN);
    const accessToken = tokens.issueAccess(grant).token;
    return { tokens, credentials: { clientId: CLIENT_ID, clientSecret: CLIENT_SECRET, refreshToken, accessToken } };
}
/** Who a bearer is. With `anyBearer` every token is the first user's, for peers that cannot sign in. */
export function authenticator(store, tokens, anyBearer) {
    const identities = new WeakMap();
    return (bearer) => {
        if (bearer === undefined)
            return 'missing';
        const grant = tokens.identify(bearer);
        if (!grant)
            return anyBearer ? { user: store.primary, project: CLIENT_ID, scopes: null } : 'invalid';
        const known = identities.get(grant);
        if (known)
            return known;
        const user = store.users.get(grant.user);
        if (!user)
            return 'invalid';
        const identity = { user, project: grant.clientId, scopes: grant.scopes };
        identities.set(grant, identity);
        return identity;
    };
}
