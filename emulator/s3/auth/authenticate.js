import { timingSafeEqual } from 'node:crypto';
import { S3Error } from '../errors.js';
import { header } from '../request.js';
import { canonicalRequest, SigningKey, stringToSign } from './signature.js';
const MAX_SKEW_MS = 15 * 60 * 1000;
const MAX_PRESIGNED_SECONDS = 7 * 24 * 3600;
const AUTHORIZATION = /^AWS4-HMAC-SHA256\s+Credential=([^,\s]+)\s*,\s*SignedHeaders=([^,\s]+)\s*,\s*Signature=([0-9a-fA-F]{64})$/;
/** Verifies SigV4 signatures, in the Authorization header or in the query. */
export class Authenticator {
    #users;
    #region;
    #now;
    #keys = new Map();
    constructor(users, region, now) {
        this.#users = users;
        this.#region = region;
        this.#now = now;
    }
    /** Who sent this request. Throws the S3Error that AWS gives for each way of being wrong. */
    authenticate(request) {
        const authorization = header(request, 'authorization');
        const presigned = request.query.has('X-Amz-Algorithm');
        if (authorization === undefined && !presigned)
            throw new S3Error('AccessDenied');
        const claim = authorization === undefined ? this.#fromQuery(request) : this.#fromHeader(request, authorization);
        const user = this.#users.find(claim.accessKeyId);
        if (user === undefined) {
            throw new S3Error('InvalidAccessKeyId', undefined, { AWSAccessKeyId: claim.accessKeyId });
        }
        requireSignedHeaders(request, claim.signedHeaders);
        const canonical = canonicalRequest({
            method: request.method,
            rawPath: request.rawPath,
            queryPairs: request.queryPairs,
            headers: request.headers,
            signedHeaders: claim.signedHeaders,
            payload: claim.payload,
        });
        const toSign = stringToSign(claim.time, claim.scope, canonical);
        const key = this.#signingKey(user, claim.date);
        const expected = key.sign(toSign);
        if (!timingSafeEqual(Buffer.from(expected), Buffer.from(claim.signature))) {
            throw new S3Error('SignatureDoesNotMatch', undefined, {
                AWSAccessKeyId: claim.accessKeyId,
                StringToSign: toSign,
                SignatureProvided: claim.signature,
                CanonicalRequest: canonical,
            });
        }
        const { payload, signature, time, scope } = claim;
        return { user, payload, key, signature, time, scope };
    }
    #fromHeader(request, authorization) {
        const [, credential, signedHeaders, signature] = AUTHORIZATION.exec(authorization) ?? [];
        if (credential === undefined || signedHeaders === undefined || signature === undefined) {
            throw new S3Error('AuthorizationHeaderMalformed');
        }
        const time = header(request, 'x-amz-date') ?? basicTime(header(request, 'date'));
        if (time === undefined || !/^\d{8}T\d{6}Z$/.test(time)) {
            throw new S3Error('AccessDenied', 'AWS authentication requires a valid Date or x-amz-date header');
        }
        const claim = this.#credential(credential, 'AuthorizationHeaderMalformed');
        this.#checkSkew(time);
        if (claim.date !== time.slice(0, 8)) {
            throw new S3Error('AuthorizationHeaderMalformed', 'The authorization header is malformed; the date of the credential is not that of the request.');
        }
        const payload = header(request, 'x-amz-content-sha256');
        if (payload === undefined) {
            throw new S3Error('InvalidRequest', 'Missing required header for this request: x-amz-content-sha256');
        }
        return { ...claim, signedHeaders: signedHeaders.split(';'), signature: signature.toLowerCase(), time, payload };
    }
    #fromQuery(request) {
        const get = (name) => {
            const value = request.query.get(name);
            if (value === undefined) {
                throw new S3Error('AuthorizationQueryParametersError', `Query-string authentication version 4 requires the ${name} parameter.`);
            }
            return value;
        };
        const time = get('X-Amz-Date');
        const seconds = Number(get('X-Amz-Expires'));
        const signature = get('X-Amz-Signature');
        if (get('X-Amz-Algorithm') !== 'AWS4-HMAC-SHA256' || !/^[0-9a-f]{64}$/.test(signature)) {
            throw new S3Error('AuthorizationQueryParametersError', 'X-Amz-Algorithm only supports "AWS4-HMAC-SHA256"');
        }
        if (!/^\d{8}T\d{6}Z$/.test(time) || !(seconds >= 1 && seconds <= MAX_PRESIGNED_SECONDS)) {
            throw new S3Error('AuthorizationQueryParametersError', 'X-Amz-Date must be in ISO8601 and X-Amz-Expires between 1 and 604800 seconds');
        }
        const claim = this.#credential(get('X-Amz-Credential'), 'AuthorizationQueryParametersError');
        const from = parseTime(time);
        if (from - this.#now() > MAX_SKEW_MS)
            throw new S3Error('AccessDenied', 'Request is not valid yet');
        if (this.#now() > from + seconds * 1000)
            throw new S3Error('AccessDenied', 'Request has expired');
        const payload = request.query.get('X-Amz-Content-Sha256') ?? header(request, 'x-amz-content-sha256') ?? 'UNSIGNED-PAYLOAD';
        return { ...claim, signedHeaders: get('X-Amz-SignedHeaders').split(';'), signature, time, payload };
    }
    #credential(credential, code) {
        const parts = credential.split('/');
        const [service, terminator] = parts.slice(-2);
        const [date, region] = parts.slice(-4);
        if (parts.length < 5 || date === undefined || region === undefined)
            throw new S3Error(code);
        if (service !== 's3' || terminator !== 'aws4_request')
            throw new S3Error(code);
        if (region !== this.#region) {
            throw new S3Error(code, `The region '${region}' is wrong; expecting '${this.#region}'`, { Region: this.#region });
        }
        return { accessKeyId: parts.slice(0, -4).join('/'), date, region, scope: parts.slice(-4).join('/') };
    }
    #checkSkew(time) {
        const now = this.#now();
        if (Math.abs(parseTime(time) - now) <= MAX_SKEW_MS)
            return;
        throw new S3Error('RequestTimeTooSkewed', undefined, {
            RequestTime: time,
            ServerTime: new Date(now).toISOString(),
            MaxAllowedSkewMilliseconds: String(MAX_SKEW_MS),
        });
    }
    #signingKey(user, date) {
        const id = `${user.secretAccessKey}/${date}`;
        let key = this.#keys.get(id);
        if (key === undefined) {
            if (this.#keys.size > 100)
                this.#keys.clear(); // dates pass; a server that runs for months must not keep them
            key = new SigningKey(user.secretAccessKey, date, this.#region);
            this.#keys.set(id, key);
        }
        return key;
    }
}
/** AWS refuses a request whose Host or x-amz-* headers could have been added by somebody else. */
function requireSignedHeaders(request, signed) {
    const missing = Object.keys(request.headers).filter((name) => (name === 'host' || name.startsWith('x-amz-')) && !signed.includes(name));
    if (missing.length === 0)
        return;
    throw new S3Error('AccessDenied', 'There were headers present in the request which were not signed', {
        HeadersNotSigned: missing.join(', '),
    });
}
function basicTime(date) {
    if (date === undefined || Number.isNaN(Date.parse(date)))
        return undefined;
    return new Date(date).toISOString().replace(/[-:]|\.\d{3}/g, '');
}
function parseTime(time) {
    return Date.UTC(Number(time.slice(0, 4)), Number(time.slice(4, 6)) - 1, Number(time.slice(6, 8)), Number(time.slice(9, 11)), Number(time.slice(11, 13)), Number(time.slice(13, 15)));
}
