import { S3Error } from '../errors.js';
import { parseXml, tag, xmlDocument } from '../xml.js';
export function getBucketVersioning(call) {
    const { versioning } = call.bucket().settings;
    const status = versioning === 'off' ? '' : tag('Status', versioning === 'enabled' ? 'Enabled' : 'Suspended');
    return { status: 200, body: xmlDocument('VersioningConfiguration', status) };
}
export async function putBucketVersioning(call) {
    const status = parseXml(await call.receiveText(), 'VersioningConfiguration').get('Status');
    if (status !== 'Enabled' && status !== 'Suspended')
        throw new S3Error('MalformedXML');
    const bucket = call.bucket();
    if (status === 'Suspended' && bucket.settings.objectLock) {
        throw new S3Error('InvalidBucketState', 'An Object Lock configuration is present on this bucket, so the versioning state cannot be changed.');
    }
    if (!call.service.habits.ignoreVersioning) {
        bucket.configure({ versioning: status === 'Enabled' ? 'enabled' : 'suspended' });
    }
    return { status: 200 };
}
export function getBucketLifecycle(call) {
    const { lifecycle } = call.bucket().settings;
    if (lifecycle === null)
        throw new S3Error('NoSuchLifecycleConfiguration');
    return { status: 200, body: lifecycle };
}
export async function putBucketLifecycle(call) {
    const xml = await call.receiveText();
    if (parseXml(xml, 'LifecycleConfiguration').all('Rule').length === 0)
        throw new S3Error('MalformedXML');
    call.bucket().configure({ lifecycle: xml });
    return { status: 200 };
}
export function deleteBucketLifecycle(call) {
    call.bucket().configure({ lifecycle: null });
    return { status: 204 };
}
export function getBucketTagging(call) {
    const { tagging } = call.bucket().settings;
    if (tagging === null)
        throw new S3Error('NoSuchTagSet');
    return { status: 200, body: tagging };
}
export async function putBucketTagging(call) {
    const xml = await call.receiveText();
    parseXml(xml, 'Tagging');
    call.bucket().configure({ tagging: xml });
    return { status: 204 };
}
export function deleteBucketTagging(call) {
    call.bucket().configure({ tagging: null });
    return { status: 204 };
}
export function getBucketPolicy(call) {
    call.bucket();
    throw new S3Error('NoSuchBucketPolicy');
}
