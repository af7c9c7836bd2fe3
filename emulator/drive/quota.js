import { DriveError } from './errors.js';
/** Google's prices since May 2026. */
const UNITS = {
    read: 5,
    list: 100,
    download: 200,
    modify: 50,
    other: 5,
    free: 0,
};
const WINDOW = 60_000;
const SLOTS = 60;
/**
 * Google's limits as a sliding minute in steps of a second, for each user of a project and for the project. A refused call costs
 * nothing. Time comes from `now`, so that a test can let a minute pass.
 */
export class Quota {
    #options;
    #now;
    #users = new Map();
    #projects = new Map();
    #perUser;
    #perProject;
    constructor(options, now) {
        this.#options = options;
        this.#now = now;
        const units = options.model === 'units';
        this.#perUser = options.perMinutePerUser ?? (units ? 325_000 : 12_000);
        this.#perProject = options.perMinutePerProject ?? (units ? 1_000_000 : 12_000);
    }
    /** Takes the price of a call, or throws what Google answers when the limit is reached. */
    spend(user, project, cost) {
        const price = this.#options.model === 'units' ? UNITS[cost] : cost === 'free' ? 0 : 1;
        const now = this.#now();
        const forUser = windowOf(this.#users, `${project} ${user}`);
        const forProject = windowOf(this.#projects, project);
        if (forUser.sum(now) + price > this.#perUser)
            throw this.#refusal('userRateLimitExceeded', forUser, now);
        if (forProject.sum(now) + price > this.#perProject)
            throw this.#refusal('rateLimitExceeded', forProject, now);
        forUser.add(now, price);
        forProject.add(now, price);
    }
    /** What a user has spent within the last minute. */
    spent(user, project) {
        return windowOf(this.#users, `${project} ${user}`).sum(this.#now());
    }
    #refusal(reason, window, now) {
        const headers = this.#options.retryAfter ? { 'Retry-After': String(window.secondsUntilRelief(now)) } : {};
        return rateLimit(reason, this.#options.refusal ?? 403, headers);
    }
}
/** Google's answer to a caller that is too fast. */
export function rateLimit(reason, code = 403, headers = {}) {
    const message = reason === 'userRateLimitExceeded'
        ? 'User Rate Limit Exceeded. Rate of requests for user exceed configured project quota, you may consider re-evaluating expected per-user traffic to the API and adjust project quota limits accordingly.'
        : 'Rate Limit Exceeded';
    return new DriveError(code, { reason, message, domain: 'usageLimits' }, { headers });
}
function windowOf(windows, key) {
    const window = windows.get(key) ?? new Window();
    windows.set(key, window);
    return window;
}
/** A sum over the last minute, kept in one slot a second. */
class Window {
    #slots = new Float64Array(SLOTS);
    #second = 0;
    #sum = 0;
    sum(now) {
        const second = Math.floor(now / (WINDOW / SLOTS));
        const passed = Math.min(SLOTS, Math.max(0, second - this.#second));
        for (let step = 1; step <= passed; step++) {
            const slot = (this.#second + step) % SLOTS;
            this.#sum -= this.#slots[slot] ?? 0;
            this.#slots[slot] = 0;
        }
        if (second > this.#second) {
            this.#second = second;
            // The loop above zeroes by position; after a long pause the positions must follow the new second.
            if (passed === SLOTS)
                this.#sum = 0;
        }
        return this.#sum;
    }
    add(now, amount) {
        this.sum(now);
        const slot = this.#second % SLOTS;
        this.#slots[slot] = (this.#slots[slot] ?? 0) + amount;
        this.#sum += amount;
    }
    secondsUntilRelief(now) {
        this.sum(now);
        for (let step = 1; step < SLOTS; step++)
            if (this.#slots[(this.#second + step) % SLOTS])
                return step;
        return SLOTS;
    }
}
