export const AWS_HABITS = {
    awsChunked: 'decode',
    ignoreContentMd5: false,
    ignorePayloadHash: false,
    ignoreChecksums: false,
    ignoreConditions: false,
    ignoreObjectLock: false,
    ignoreVersioning: false,
    deleteObjectsNeedsMd5: false,
    emptyMessages: false,
    slowDownEvery: 0,
    listOrder: 'utf8',
};
const MIB = 1024 ** 2;
const GIB = 1024 ** 3;
export const AWS_LIMITS = {
    minPartSize: 5 * MIB,
    maxParts: 10_000,
    maxPutSize: 5 * GIB,
    maxCopySize: 5 * GIB,
    maxObjectSize: 5 * 1024 * GIB,
    maxKeyBytes: 1024,
    maxMetadataBytes: 2048,
};
