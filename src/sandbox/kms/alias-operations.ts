import { AwsError } from '../aws-error.ts';
import { optionalText, text } from '../json-protocol.ts';
import type { JsonOperation } from '../json-service.ts';
import { homeOf, requireNamedKey, type KmsSite } from './named-key.ts';

/** Names beginning with `aws/` are AWS's own. */
const NAME = /^alias\/(?!aws\/)[\w/-]+$/;

export function createAliasOperations(site: KmsSite): Readonly<Record<string, JsonOperation>> {
  const { keys, access } = site;
  return {
    CreateAlias: {
      members: ['AliasName', 'TargetKeyId'],
      run(call) {
        const [name, target] = [text(call.input, 'AliasName'), text(call.input, 'TargetKeyId')];
        const key = requireNamedKey(site, call, { name: target, action: 'kms:CreateAlias' });
        if (!NAME.test(name)) throw new AwsError('InvalidAliasNameException', 400, `${name} is no name of an alias`);
        keys.alias(name, key);
        return {};
      },
    },
    DeleteAlias: {
      members: ['AliasName'],
      run(call) {
        const name = text(call.input, 'AliasName');
        requireNamedKey(site, call, { name, action: 'kms:DeleteAlias' });
        if (!NAME.test(name)) throw new AwsError('InvalidAliasNameException', 400, `${name} cannot be deleted`);
        keys.removeAlias(name, homeOf(call));
        return {};
      },
    },
    ListAliases: {
      members: ['KeyId'],
      run(call) {
        const { principal } = call;
        const { region, account } = homeOf(call);
        access.require({ principal, region, action: 'kms:ListAliases', resource: '*' });
        const name = optionalText(call.input, 'KeyId');
        const target =
          name === undefined ? undefined : requireNamedKey(site, call, { name, action: 'kms:ListAliases' });
        const shown = keys.aliases({ region, account }).filter(({ key }) => target === undefined || key === target);
        return {
          Truncated: false,
          Aliases: shown.map((alias) => ({
            AliasName: alias.name,
            AliasArn: `arn:aws:kms:${region}:${account}:${alias.name}`,
            TargetKeyId: alias.key.keyId,
          })),
        };
      },
    },
  };
}
