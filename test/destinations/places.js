import { inject } from 'vitest';
import { startS3 } from '../../emulator/s3/index.js';
import { createS3Destination } from '../../src/destinations/s3/destination.js';
import { startCephPlace } from '../servers/ceph-place.js';
import { MemoryUploadLog } from './upload-log.js';
const MIB = 1024 * 1024;
/** Set by `npm run test:servers` alone; `npm test` has run the others already. */
const ceph = inject('ceph');
export const KINDS = ceph === undefined
    ? [{ name: 'S3', start: ({ versioning }) => startS3Place({ server: { versioning } }) }]
    : [{ name: 'S3 on Ceph', start: (options) => startCephPlace(ceph, options) }];
/** An S3 destination on a strict server. */
export async function startS3Place(options = {}) {
    const server = await startS3({ buckets: ['bucket'], ...options.server });
    const where = { bucket: 'bucket', region: server.region, endpoint: server.url, ...server.credentials };
    return { server, ...openPlace({ ...where, ...options.destination }, () => server.close()) };
}
/** An S3 destination on a bucket that is there; small parts, so that little is a large file. `end` runs after its disposal. */
export function openPlace(options, end) {
    const uploads = new MemoryUploadLog();
    const opened = [];
    const create = () => {
        const destination = createS3Destination({
            name: 'store',
            prefix: 'backup',
            forcePathStyle: true,
            storageClass: null,
            uploads,
            multipartThreshold: 8 * MIB,
            partSize: 5 * MIB,
            ...options,
        });
        opened.push(destination);
        return destination;
    };
    return {
        uploads,
        destination: create(),
        again: create,
        [Symbol.asyncDispose]: async () => {
            for (const destination of opened)
                await destination[Symbol.asyncDispose]();
            await end();
        },
    };
}
