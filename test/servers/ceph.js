import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { cephConf } from './ceph-conf.js';
import { freePorts } from './ports.js';
import { Processes } from './processes.js';
/** It takes 3 seconds on a quiet machine. */
const START_MS = 90_000;
const ADMIN_MS = 30_000;
const POLL_MS = 50;
/** Starts a Ceph cluster of its own, in a temporary folder and on free loopback ports. Disposing ends and removes it. */
export async function startCeph() {
    const folder = await mkdtemp(join(tmpdir(), 'drivekeep-ceph-'));
    const removeFolder = () => rmSync(folder, { recursive: true, force: true });
    const processes = new Processes();
    process.once('exit', removeFolder);
    const end = async () => {
        await processes[Symbol.asyncDispose]();
        await rm(folder, { recursive: true, force: true });
        process.off('exit', removeFolder);
    };
    try {
        return { ...(await start(folder, processes)), [Symbol.asyncDispose]: end };
    }
    catch (error) {
        const last = processes.lastLines();
        await end();
        throw new Error(`Ceph did not start: ${error.message}\n${last}`, { cause: error });
    }
}
async function start(folder, processes) {
    const signal = AbortSignal.any([AbortSignal.timeout(START_MS), processes.broken]);
    const [monitorPort = 0, gatewayPort = 0] = await freePorts(2);
    const [fsid, osdId, conf] = [randomUUID(), randomUUID(), join(folder, 'ceph.conf')];
    for (const name of ['mon', 'osd', 'rgw'])
        await mkdir(join(folder, name));
    await writeFile(conf, cephConf({ folder, fsid, monitorPort, gatewayPort }));
    const run = (command, ...args) => processes.run(command, ['-c', conf, ...args], signal);
    const monmap = join(folder, 'monmap');
    const address = `[v2:127.0.0.1:${monitorPort}]`;
    await run('monmaptool', '--create', '--fsid', fsid, '--addv', 'a', address, monmap);
    await run('ceph-mon', '--mkfs', '-i', 'a', '--monmap', monmap);
    processes.start('ceph-mon', ['-c', conf, '-f', '-i', 'a']);
    await run('ceph', 'osd', 'new', osdId); // waits for the monitor
    await run('ceph-osd', '--mkfs', '-i', '0', '--osd-uuid', osdId);
    const osdPid = processes.start('ceph-osd', ['-c', conf, '-f', '-i', '0']);
    const keys = { accessKeyId: 'DRIVEKEEPTESTS000000', secretAccessKey: 'secret-for-tests-on-loopback-only' };
    const { accessKeyId, secretAccessKey } = keys;
    const named = ['--uid', 'tests', '--display-name', 'tests', '--access-key', accessKeyId, '--secret-key'];
    await run('radosgw-admin', 'user', 'create', ...named, secretAccessKey); // makes the pools too, and waits for the OSD
    processes.start('radosgw', ['-c', conf, '-f', '-n', 'client.rgw']);
    const url = `http://127.0.0.1:${gatewayPort}`;
    await answers(`${url}/swift/healthcheck`, signal);
    return { url, ...keys, conf, osdPid };
}
async function answers(url, signal) {
    while (true) {
        if (signal.aborted)
            throw new Error(`${url} does not answer: ${signal.reason.message}`);
        const answer = await fetch(url, { signal: AbortSignal.timeout(1_000) }).catch(() => null);
        await answer?.body?.cancel();
        if (answer?.ok === true)
            return;
        await sleep(POLL_MS);
    }
}
/** Runs `radosgw-admin`, from any process. */
export async function administer(ceph, ...args) {
    await promisify(execFile)('radosgw-admin', ['-c', ceph.conf, ...args], { timeout: ADMIN_MS, killSignal: 'SIGKILL' });
}
