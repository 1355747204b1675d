import { StatusError } from '../server/answers/status-error.ts';
import { forbidden } from '../server/answers/status-reasons.ts';
import type { UserInfo } from '../server/contract.ts';
import type { AccessAttributes } from './authorizer.ts';

/** The 403 that says who may not do what to which resource, where. */
export function accessDenied(user: UserInfo, attributes: AccessAttributes, reason = ''): StatusError {
  const who = `User ${JSON.stringify(user.username)} cannot ${attributes.verb}`;
  const suffix = reason === '' ? '' : `: ${reason}`;
  if (attributes.path !== undefined) {
    return new StatusError(403, 'Forbidden', `forbidden: ${who} path ${JSON.stringify(attributes.path)}${suffix}`, {});
  }
  const group = attributes.group ?? '';
  const resource = attributes.resource ?? '';
  const full = attributes.subresource ? `${resource}/${attributes.subresource}` : resource;
  const where = attributes.namespace ? `in the namespace ${JSON.stringify(attributes.namespace)}` : 'at the cluster scope';
  const about = { group, plural: resource };
  return forbidden(
    about,
    attributes.name,
    `${who} resource ${JSON.stringify(full)} in API group ${JSON.stringify(group)} ${where}${suffix}`,
  );
}
