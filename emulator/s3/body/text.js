import { S3Error } from '../errors.js';
import { memoryBlobs } from '../storage/blob.js';
import { receive } from './receive.js';
const MAX_TEXT = 4 * 1024 * 1024;
/** Takes a body of XML, with the same checks as an object's. */
export async function receiveText(incoming, expected, identity) {
    if (expected.length > MAX_TEXT)
        throw new S3Error('EntityTooLarge');
    const options = { blobs: memoryBlobs, identity, opaqueEtags: true, alterStored: false };
    const { blob } = await receive(incoming, expected, options);
    const chunks = [];
    for await (const chunk of blob.read(0, blob.size))
        chunks.push(chunk);
    return Buffer.concat(chunks).toString('utf8');
}
