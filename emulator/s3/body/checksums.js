import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { createCRC32, createCRC64 } from 'hash-wasm';
import { combineCrc } from './crc-combine.js';
export const CHECKSUM_ALGORITHMS = ['CRC32', 'CRC32C', 'CRC64NVME', 'SHA1', 'SHA256'];
const DIGEST_BYTES = {
    CRC32: 4,
    CRC32C: 4,
    CRC64NVME: 8,
    SHA1: 20,
    SHA256: 32,
};
/** Whether `value` is the base64 of a digest of that algorithm. */
export function isChecksumValue(algorithm, value) {
    const bytes = Buffer.from(value, 'base64');
    return bytes.length === DIGEST_BYTES[algorithm] && bytes.toString('base64') === value;
}
/** `x-amz-checksum-crc32` and so on. */
export function checksumHeader(algorithm) {
    return `x-amz-checksum-${algorithm.toLowerCase()}`;
}
/** `ChecksumCRC32` and so on. */
export function checksumElement(algorithm) {
    return `Checksum${algorithm}`;
}
/** Reads an algorithm's name in any case. */
export function parseAlgorithm(name) {
    return CHECKSUM_ALGORITHMS.find((algorithm) => algorithm === name.toUpperCase());
}
export async function startChecksum(algorithm) {
    switch (algorithm) {
        case 'SHA1':
        case 'SHA256':
            return createHash(algorithm.toLowerCase());
        case 'CRC32':
            return new Crc32();
        case 'CRC32C':
            return crc32cs.start();
        case 'CRC64NVME':
            return crc64s.start();
    }
}
class Crc32 {
    #value = 0;
    update(chunk) {
        this.#value = crc32(chunk, this.#value);
    }
    digest() {
        const bytes = Buffer.alloc(4);
        bytes.writeUInt32BE(this.#value);
        return bytes;
    }
}
/** Instances of a WebAssembly hash, each with a memory of its own: reused, because making one costs more than a small body. */
class WasmPool {
    #create;
    #idle = [];
    constructor(create) {
        this.#create = create;
    }
    async start() {
        const hasher = this.#idle.pop() ?? (await this.#create());
        hasher.init();
        return {
            update: (chunk) => {
                hasher.update(chunk);
            },
            digest: () => {
                const bytes = Buffer.from(hasher.digest('binary'));
                this.#idle.push(hasher);
                return bytes;
            },
        };
    }
}
const CRC32_POLYNOMIAL = 0xedb88320n;
const CRC32C_POLYNOMIAL = 0x82f63b78n;
const CRC64NVME_POLYNOMIAL = 0x9a6c9329ac4bc9b5n;
const crc32cs = new WasmPool(() => createCRC32(Number(CRC32C_POLYNOMIAL)));
const crc64s = new WasmPool(() => createCRC64(CRC64NVME_POLYNOMIAL.toString(16)));
/**
 * The checksum of a multipart object from those of its parts: the checksum of the whole where it can be had from
 * the parts (CRCs only), otherwise the checksum of their checksums.
 */
export async function checksumOfParts(algorithm, type, parts) {
    const digests = parts.map(({ value }) => Buffer.from(value, 'base64'));
    if (type === 'FULL_OBJECT') {
        const polynomial = fullObjectPolynomial(algorithm);
        let whole = Buffer.alloc(DIGEST_BYTES[algorithm]);
        digests.forEach((digest, index) => {
            whole = combineCrc(polynomial, whole, digest, parts[index]?.size ?? 0);
        });
        return { algorithm, type, value: whole.toString('base64') };
    }
    const running = await startChecksum(algorithm);
    for (const digest of digests)
        running.update(digest);
    return { algorithm, type, value: `${running.digest().toString('base64')}-${parts.length}` };
}
/** Whether a multipart upload can have a checksum of this kind. */
export function supportsType(algorithm, type) {
    if (algorithm === 'CRC64NVME')
        return type === 'FULL_OBJECT';
    return type === 'COMPOSITE' || algorithm === 'CRC32' || algorithm === 'CRC32C';
}
function fullObjectPolynomial(algorithm) {
    if (algorithm === 'CRC32')
        return CRC32_POLYNOMIAL;
    return algorithm === 'CRC32C' ? CRC32C_POLYNOMIAL : CRC64NVME_POLYNOMIAL;
}
