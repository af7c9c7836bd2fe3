import { expectBody } from '../body/expected.js';
import { receive } from '../body/receive.js';
import { receiveText } from '../body/text.js';
import { S3Error } from '../errors.js';
import { compareUtf8, compareUtf16 } from '../storage/key-order.js';
/** One authenticated request and all that its operation may use. */
export class Call {
    request;
    identity;
    service;
    #incoming;
    #alterStored;
    constructor(request, identity, service, incoming, alterStored) {
        this.request = request;
        this.identity = identity;
        this.service = service;
        this.#incoming = incoming;
        this.#alterStored = alterStored;
    }
    get compare() {
        return this.service.habits.listOrder === 'utf8' ? compareUtf8 : compareUtf16;
    }
    /** The bucket addressed. */
    bucket() {
        if (this.request.bucket === null)
            throw new S3Error('InvalidBucketName');
        return this.service.buckets.get(this.request.bucket);
    }
    /** The key addressed, of a length that AWS accepts. */
    key() {
        const { key } = this.request;
        if (key === null)
            throw new S3Error('MethodNotAllowed');
        const { maxKeyBytes } = this.service.limits;
        if (key.length * 3 > maxKeyBytes && Buffer.byteLength(key) > maxKeyBytes) {
            throw new S3Error('KeyTooLongError', undefined, {
                Size: String(Buffer.byteLength(key)),
                MaxSizeAllowed: String(maxKeyBytes),
            });
        }
        return key;
    }
    /** What the headers promise about the body, less what this server's habits overlook. */
    expectBody() {
        const { habits, limits } = this.service;
        const chunked = this.identity.payload.startsWith('STREAMING-');
        if (chunked && habits.awsChunked === 'refuse') {
            throw new S3Error('NotImplemented', 'Transfering payloads in multiple chunks using aws-chunked is not supported.');
        }
        let expected = expectBody(this.request, this.identity);
        if (expected.length > limits.maxPutSize) {
            throw new S3Error('EntityTooLarge', undefined, {
                ProposedSize: String(expected.length),
                MaxSizeAllowed: String(limits.maxPutSize),
            });
        }
        if (chunked && habits.awsChunked === 'store-framing') {
            const length = Number(this.request.headers['content-length'] ?? expected.length);
            expected = { length, framing: null, sha256: null, md5: null, checksum: null };
        }
        if (habits.ignoreContentMd5)
            expected = { ...expected, md5: null };
        if (habits.ignorePayloadHash)
            expected = { ...expected, sha256: null };
        if (habits.ignoreChecksums)
            expected = { ...expected, checksum: null };
        return expected;
    }
    /** Takes the body as an object's or a part's. */
    receive(expected) {
        const { buckets, opaqueEtags } = this.service;
        const { identity } = this;
        return receive(this.#incoming, expected, {
            blobs: buckets.blobs,
            identity,
            opaqueEtags,
            alterStored: this.#alterStored,
        });
    }
    /** Takes the body as text. */
    receiveText(expected = this.expectBody()) {
        return receiveText(this.#incoming, expected, this.identity);
    }
}
