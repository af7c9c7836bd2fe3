/** The rights an access key needs, as an AWS policy to paste. */
export function policyFor(bucket: string, prefix: string): string {
  const name = bucket.trim() || 'BUCKET'
  const path = prefix.trim().replace(/^\/+|\/+$/g, '')
  const resource = `arn:aws:s3:::${name}`
  const policy = {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Action: ['s3:ListBucket', 's3:ListBucketMultipartUploads', 's3:GetBucketVersioning'],
        Resource: resource,
      },
      {
        Effect: 'Allow',
        Action: [
          's3:PutObject',
          's3:GetObject',
          's3:GetObjectVersion',
          's3:DeleteObject',
          's3:AbortMultipartUpload',
          's3:ListMultipartUploadParts',
        ],
        Resource: `${resource}/${path === '' ? '' : `${path}/`}*`,
      },
    ],
  }
  return JSON.stringify(policy, null, 2)
}
