/** ARNs as CloudFormation resolves them: right in every partition. */
const sub = (text) => ({ 'Fn::Sub': text });

exports.sub = sub;
exports.getAtt = (logicalId, attribute) => ({ 'Fn::GetAtt': [logicalId, attribute] });
exports.bucketArn = (bucket) => sub(`arn:\${AWS::Partition}:s3:::${bucket}`);
exports.objectsArn = (bucket) => sub(`arn:\${AWS::Partition}:s3:::${bucket}/*`);
exports.logStreamsArn = (functionName) =>
  sub(`arn:\${AWS::Partition}:logs:\${AWS::Region}:\${AWS::AccountId}:log-group:/aws/lambda/${functionName}:*`);

/** The state machine of audits, whose name is fixed so that its own role can name it. */
exports.machineArn = (stage) =>
  sub(`arn:\${AWS::Partition}:states:\${AWS::Region}:\${AWS::AccountId}:stateMachine:holdfast-${stage}-audit`);

/** Refuses whoever does not come over TLS. */
exports.denyPlaintext = (action, resource) => ({
  Sid: 'OnlyOverTls',
  Effect: 'Deny',
  Principal: '*',
  Action: action,
  Resource: resource,
  Condition: { Bool: { 'aws:SecureTransport': 'false' } },
});
