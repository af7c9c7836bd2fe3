import { S3Error } from '../errors.js';
import { header } from '../request.js';
import { tag, xmlDocument } from '../xml.js';
import { OWNER } from './list-objects.js';
const BUCKET_NAME = /^(?!\d+\.\d+\.\d+\.\d+$)[a-z0-9](?:[a-z0-9-]|\.(?!\.)){1,61}[a-z0-9]$/;
/** Whether AWS accepts this as a bucket's name. */
export function isBucketName(name) {
    return BUCKET_NAME.test(name);
}
export function listBuckets(call) {
    const buckets = call.service.buckets
        .all()
        .map(({ name, created }) => `<Bucket>${tag('Name', name)}${tag('CreationDate', new Date(created).toISOString())}</Bucket>`);
    return { status: 200, body: xmlDocument('ListAllMyBucketsResult', `${OWNER}<Buckets>${buckets.join('')}</Buckets>`) };
}
export function createBucket(call) {
    const { buckets, region } = call.service;
    const name = call.request.bucket ?? '';
    if (!isBucketName(name))
        throw new S3Error('InvalidBucketName', undefined, { BucketName: name });
    const headers = { Location: `/${name}` };
    if (buckets.has(name)) {
        // As at AWS, whose oldest region takes this for success.
        if (region !== 'us-east-1')
            throw new S3Error('BucketAlreadyOwnedByYou', undefined, { BucketName: name });
        return { status: 200, headers };
    }
    const objectLock = header(call.request, 'x-amz-bucket-object-lock-enabled') === 'true';
    buckets.create(name, objectLock ? { objectLock, versioning: 'enabled' } : {});
    return { status: 200, headers };
}
export function headBucket(call) {
    call.bucket();
    return { status: 200, headers: { 'x-amz-bucket-region': call.service.region } };
}
export function deleteBucket(call) {
    const bucket = call.bucket();
    if (!bucket.isEmpty)
        throw new S3Error('BucketNotEmpty', undefined, { BucketName: bucket.name });
    call.service.buckets.drop(bucket.name);
    return { status: 204 };
}
/** The oldest region has the empty name here. */
export function getBucketLocation(call) {
    call.bucket();
    const { region } = call.service;
    return { status: 200, body: xmlDocument('LocationConstraint', region === 'us-east-1' ? '' : region) };
}
