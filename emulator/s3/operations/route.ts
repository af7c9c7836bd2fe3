import type { Action } from '../auth/users.ts'
import { S3Error } from '../errors.ts'
import type { S3Request } from '../request.ts'
import {
  deleteBucketLifecycle,
  deleteBucketTagging,
  getBucketLifecycle,
  getBucketPolicy,
  getBucketTagging,
  getBucketVersioning,
  putBucketLifecycle,
  putBucketTagging,
  putBucketVersioning,
} from './bucket-settings.ts'
import { createBucket, deleteBucket, getBucketLocation, headBucket, listBuckets } from './buckets.ts'
import type { Call, Reply } from './call.ts'
import { listObjects, listObjectsV2 } from './list-objects.ts'
import { listObjectVersions } from './list-versions.ts'
import { completeMultipartUpload } from './multipart/complete-multipart.ts'
import { listMultipartUploads, listParts } from './multipart/list-uploads.ts'
import { abortMultipartUpload, createMultipartUpload, uploadPart } from './multipart/multipart.ts'
import { uploadPartCopy } from './multipart/upload-part-copy.ts'
import { copyObject } from './objects/copy-object.ts'
import { deleteObject, deleteObjects } from './objects/delete-object.ts'
import { getObject } from './objects/get-object.ts'
import {
  getObjectLegalHold,
  getObjectLockConfiguration,
  getObjectRetention,
  putObjectLegalHold,
  putObjectLockConfiguration,
  putObjectRetention,
} from './objects/object-lock.ts'
import { putObject } from './objects/put-object.ts'
import { deleteObjectTagging, getObjectTagging, putObjectTagging } from './objects/tags.ts'

/** One operation of the API: the permission it needs and what it does. */
export interface Operation {
  readonly action: Action
  run(call: Call): Reply | Promise<Reply>
}

const OPERATIONS = {
  ListBuckets: { action: 'list', run: listBuckets },
  CreateBucket: { action: 'admin', run: createBucket },
  HeadBucket: { action: 'list', run: headBucket },
  DeleteBucket: { action: 'admin', run: deleteBucket },
  GetBucketLocation: { action: 'list', run: getBucketLocation },
  GetBucketVersioning: { action: 'list', run: getBucketVersioning },
  PutBucketVersioning: { action: 'admin', run: putBucketVersioning },
  GetBucketLifecycleConfiguration: { action: 'list', run: getBucketLifecycle },
  PutBucketLifecycleConfiguration: { action: 'admin', run: putBucketLifecycle },
  DeleteBucketLifecycle: { action: 'admin', run: deleteBucketLifecycle },
  GetBucketTagging: { action: 'list', run: getBucketTagging },
  PutBucketTagging: { action: 'admin', run: putBucketTagging },
  DeleteBucketTagging: { action: 'admin', run: deleteBucketTagging },
  GetBucketPolicy: { action: 'list', run: getBucketPolicy },
  GetObjectLockConfiguration: { action: 'list', run: getObjectLockConfiguration },
  PutObjectLockConfiguration: { action: 'admin', run: putObjectLockConfiguration },
  ListObjects: { action: 'list', run: listObjects },
  ListObjectsV2: { action: 'list', run: listObjectsV2 },
  ListObjectVersions: { action: 'list', run: listObjectVersions },
  ListMultipartUploads: { action: 'list', run: listMultipartUploads },
  DeleteObjects: { action: 'delete', run: deleteObjects },
  PutObject: { action: 'put', run: putObject },
  CopyObject: { action: 'put', run: copyObject },
  GetObject: { action: 'get', run: getObject },
  HeadObject: { action: 'get', run: getObject },
  DeleteObject: { action: 'delete', run: deleteObject },
  GetObjectTagging: { action: 'get', run: getObjectTagging },
  PutObjectTagging: { action: 'put', run: putObjectTagging },
  DeleteObjectTagging: { action: 'put', run: deleteObjectTagging },
  GetObjectRetention: { action: 'get', run: getObjectRetention },
  PutObjectRetention: { action: 'put', run: putObjectRetention },
  GetObjectLegalHold: { action: 'get', run: getObjectLegalHold },
  PutObjectLegalHold: { action: 'put', run: putObjectLegalHold },
  CreateMultipartUpload: { action: 'put', run: createMultipartUpload },
  UploadPart: { action: 'put', run: uploadPart },
  UploadPartCopy: { action: 'put', run: uploadPartCopy },
  CompleteMultipartUpload: { action: 'put', run: completeMultipartUpload },
  AbortMultipartUpload: { action: 'put', run: abortMultipartUpload },
  ListParts: { action: 'list', run: listParts },
} as const satisfies Record<string, Operation>

/** The API's name of an operation, or 'Unknown' for what this server does not have. */
export type OperationName = keyof typeof OPERATIONS | 'Unknown'

/** By method and the parameter of the query that selects a subresource; '' is the bucket or object itself. */
const SERVICE: Readonly<Record<string, OperationName>> = { GET: 'ListBuckets' }
const BUCKET: Readonly<Record<string, OperationName>> = {
  GET: 'ListObjects',
  'GET list-type': 'ListObjectsV2',
  'GET versions': 'ListObjectVersions',
  'GET uploads': 'ListMultipartUploads',
  'GET location': 'GetBucketLocation',
  'GET versioning': 'GetBucketVersioning',
  'PUT versioning': 'PutBucketVersioning',
  'GET lifecycle': 'GetBucketLifecycleConfiguration',
  'PUT lifecycle': 'PutBucketLifecycleConfiguration',
  'DELETE lifecycle': 'DeleteBucketLifecycle',
  'GET tagging': 'GetBucketTagging',
  'PUT tagging': 'PutBucketTagging',
  'DELETE tagging': 'DeleteBucketTagging',
  'GET object-lock': 'GetObjectLockConfiguration',
  'PUT object-lock': 'PutObjectLockConfiguration',
  'GET policy': 'GetBucketPolicy',
  'POST delete': 'DeleteObjects',
  PUT: 'CreateBucket',
  HEAD: 'HeadBucket',
  DELETE: 'DeleteBucket',
}
const OBJECT: Readonly<Record<string, OperationName>> = {
  PUT: 'PutObject',
  GET: 'GetObject',
  HEAD: 'HeadObject',
  DELETE: 'DeleteObject',
  'GET tagging': 'GetObjectTagging',
  'PUT tagging': 'PutObjectTagging',
  'DELETE tagging': 'DeleteObjectTagging',
  'GET retention': 'GetObjectRetention',
  'PUT retention': 'PutObjectRetention',
  'GET legal-hold': 'GetObjectLegalHold',
  'PUT legal-hold': 'PutObjectLegalHold',
  'POST uploads': 'CreateMultipartUpload',
  'PUT uploadId': 'UploadPart',
  'POST uploadId': 'CompleteMultipartUpload',
  'DELETE uploadId': 'AbortMultipartUpload',
  'GET uploadId': 'ListParts',
}

/** Parameters that change what is meant. Those missing from the tables make the request unknown, never another one. */
const SUBRESOURCES = new Set(
  'accelerate acl analytics attributes cors delete encryption intelligent-tiering inventory legal-hold lifecycle list-type location logging metrics notification object-lock ownershipControls policy policyStatus publicAccessBlock renameObject replication requestPayment restore retention select session tagging torrent uploadId uploads versioning versions website'.split(
    ' ',
  ),
)

/** Which operation a request asks for. */
export function operationName(request: S3Request): OperationName {
  const table = request.bucket === null ? SERVICE : request.key === null ? BUCKET : OBJECT
  let selector = request.method
  if (request.queryPairs.length > 0) {
    const subresource = request.queryPairs.find(([name]) => SUBRESOURCES.has(name))
    if (subresource !== undefined) selector += ` ${subresource[0]}`
  }
  const name = table[selector] ?? 'Unknown'
  if (request.headers['x-amz-copy-source'] !== undefined) {
    if (name === 'PutObject') return 'CopyObject'
    if (name === 'UploadPart') return 'UploadPartCopy'
  }
  return name
}

/** The operation of that name. Throws NotImplemented for 'Unknown'. */
export function operation(name: OperationName): Operation {
  if (name === 'Unknown') throw new S3Error('NotImplemented', 'This server does not have that operation.')
  return OPERATIONS[name]
}
