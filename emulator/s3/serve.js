import { setTimeout as delay } from 'node:timers/promises';
import { Authenticator } from './auth/authenticate.js';
import { Incoming } from './body/incoming.js';
import { ClientGone, S3Error } from './errors.js';
import { Call } from './operations/call.js';
import { operation, operationName } from './operations/route.js';
import { parseRequest } from './request.js';
import { breakOff, requestDisturbance } from './wire/disturb.js';
import { faultReply } from './wire/fault-reply.js';
import { errorReply, send } from './wire/send.js';
/** Makes the function that serves one request of the S3 API: understand, disturb, authenticate, do, answer. */
export function createHandler(parts) {
    const { service, users, faults, requests } = parts;
    const authenticator = new Authenticator(users, service.region, () => service.now());
    const date = httpDates();
    let served = 0;
    return async (http, response) => {
        served++;
        const requestId = served.toString(16).toUpperCase().padStart(16, '0');
        const now = service.now();
        const envelope = { requestId, date: date(now), isHead: http.method === 'HEAD' };
        response.sendDate = false;
        const entry = {
            at: now,
            operation: 'Unknown',
            method: http.method ?? '',
            bucket: null,
            key: null,
            status: 0,
            code: '',
        };
        const request = understand(http, entry);
        requests.begin(entry);
        if (parts.latency() > 0)
            await delay(parts.latency());
        if (request instanceof S3Error) {
            const reply = errorReply(request, http.url ?? '', requestId, service.habits.emptyMessages);
            requests.end(entry, reply.status, request.code);
            return send(response, reply, null, envelope);
        }
        const fault = faults.strike(request, entry.operation);
        try {
            if ((fault?.kind === 'reset' || fault?.kind === 'stall') && (fault.at ?? 'before-answer') === 'before-answer') {
                requests.end(entry, 0, fault.kind);
                return await breakOff(fault.kind, response);
            }
            const { reply, code } = await answer(request, entry.operation, fault, response, requestId);
            if (fault?.kind === 'lost-reply')
                requests.end(entry, 0, fault.kind);
            else
                requests.end(entry, reply.status, code);
            if (!http.complete && http.headers.expect !== undefined)
                response.setHeader('Connection', 'close');
            await send(response, reply, fault, envelope);
        }
        catch (error) {
            // Amid the answer the status was sent and counted already.
            if (!response.headersSent)
                requests.end(entry, 0, 'client gone');
            if (!(error instanceof ClientGone))
                process.stderr.write(`${error.stack}\n`);
            response.destroy();
        }
    };
    async function answer(request, name, fault, response, requestId) {
        const { habits } = service;
        try {
            if (habits.slowDownEvery > 0 && requests.total % habits.slowDownEvery === 0)
                throw new S3Error('SlowDown');
            const instead = fault === null ? null : faultReply(fault, request.rawPath, requestId);
            if (fault?.kind === 'disk-full')
                await new Incoming(request.http, response, null).each(() => { });
            if (instead !== null)
                return { reply: instead, code: 'fault' };
            const identity = authenticator.authenticate(request);
            const { action, run } = operation(name);
            // Each key of DeleteObjects is asked for on its own, so that one may be denied and the next deleted.
            const key = request.key ?? request.query.get('prefix') ?? null;
            if (name !== 'DeleteObjects')
                identity.user.require(action, request.bucket, key);
            const incoming = new Incoming(request.http, response, requestDisturbance(fault, request.http, response));
            const reply = await run(new Call(request, identity, service, incoming, fault?.kind === 'alter-stored'));
            return { reply, code: '' };
        }
        catch (error) {
            if (error instanceof ClientGone)
                throw error;
            const known = error instanceof S3Error ? error : new S3Error('InternalError');
            if (known !== error)
                process.stderr.write(`${error.stack}\n`);
            return { reply: errorReply(known, request.rawPath, requestId, habits.emptyMessages), code: known.code };
        }
    }
}
function understand(http, entry) {
    try {
        const request = parseRequest(http);
        entry.bucket = request.bucket;
        entry.key = request.key;
        entry.operation = operationName(request);
        return request;
    }
    catch (error) {
        if (error instanceof S3Error)
            return error;
        throw error;
    }
}
/** HTTP dates, made once a second. */
function httpDates() {
    let second = Number.NaN;
    let text = '';
    return (now) => {
        const current = Math.floor(now / 1000);
        if (current !== second) {
            second = current;
            text = new Date(now).toUTCString();
        }
        return text;
    };
}
