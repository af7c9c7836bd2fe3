import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
/** So much of what a program says is kept, for the error when something goes wrong. */
const KEPT_LINES = 12;
/**
 * Programs that work for this process and do not outlive it: disposing ends them at once, and so does the end of this
 * process, even when it was killed.
 */
export class Processes {
    #started = [];
    #broken = new AbortController();
    /** Aborted when one that should go on has ended: nobody needs to wait for it any longer. */
    broken = this.#broken.signal;
    constructor() {
        process.once('exit', this.#killAll);
    }
    /** Starts a program that goes on until it is ended, and gives its process id. */
    start(command, args) {
        const { child, ended } = this.#spawn(command, args, true);
        if (child.pid === undefined)
            throw new Error(`${command} could not be started`);
        ended.then(({ code }) => this.#broken.abort(new Error(`${command} has ended with ${code ?? 'a signal'}`)));
        return child.pid;
    }
    /** Runs a program to its end and gives what it wrote on stdout. */
    async run(command, args, signal) {
        const { child, ended, lines } = this.#spawn(command, args, false);
        const kill = () => child.kill('SIGKILL');
        signal.addEventListener('abort', kill);
        if (signal.aborted)
            kill();
        const { code, output } = await ended;
        signal.removeEventListener('abort', kill);
        if (code === 0)
            return output;
        const end = signal.aborted ? `was given up: ${signal.reason.message}` : `ended with code ${code}`;
        throw new Error([`${command} ${args.join(' ')} ${end}`, ...lines].join('\n'));
    }
    /** The last lines of each program that should go on. */
    lastLines() {
        const each = this.#started.filter((one) => one.goesOn);
        return each.map(({ name, lines }) => [`--- the last lines of ${name}:`, ...lines].join('\n')).join('\n');
    }
    async [Symbol.asyncDispose]() {
        this.#killAll();
        await Promise.all(this.#started.map(({ ended }) => ended));
        process.off('exit', this.#killAll);
    }
    #spawn(command, args, goesOn) {
        // A killed process runs no handlers, so the kernel is asked to end what it has started.
        const child = spawn('setpriv', ['--pdeathsig', 'KILL', '--', command, ...args], {
            stdio: ['ignore', 'pipe', 'pipe'],
        });
        const lines = [];
        const output = [];
        child.stdout.on('data', (chunk) => output.push(chunk));
        createInterface({ input: child.stderr }).on('line', (line) => {
            if (line.trim() !== '')
                lines.push(line);
            if (lines.length > KEPT_LINES)
                lines.shift();
        });
        const ended = new Promise((resolve) => {
            child.once('error', (error) => {
                lines.push(String(error));
                resolve({ code: null, output: '' });
            });
            child.once('close', (code) => resolve({ code, output: Buffer.concat(output).toString() }));
        });
        const started = { child, name: command, goesOn, lines, ended };
        this.#started.push(started);
        return started;
    }
    #killAll = () => {
        for (const { child } of this.#started)
            child.kill('SIGKILL');
    };
}
