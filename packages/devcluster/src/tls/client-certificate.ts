import { createHash } from 'node:crypto';
import type { TLSSocket } from 'node:tls';
import type { UserInfo } from '../server/contract.ts';
import { subjectOf } from './der-reader.ts';
import { COMMON_NAME, ORGANIZATION, readSubject } from './names.ts';

/** Who a client's certificate says it is; `refused`: the certificate is not one of this cluster for clients. */
export type PeerIdentity = UserInfo | 'refused';

/** The user of the certificate that came with a connection; undefined when none came, or one that names nobody. */
export function peerIdentity(socket: TLSSocket): PeerIdentity | undefined {
  const { raw } = socket.getPeerCertificate() as { raw?: Buffer };
  if (raw === undefined) return undefined;
  if (!socket.authorized) return 'refused';
  return certificateUser(raw);
}

const USER_UID = '1.3.6.1.4.1.57683.2';

/** CN is the user's name, each O a group. A certificate may hold the user's UID, once. */
export function certificateUser(raw: Buffer): PeerIdentity | undefined {
  const subject = readSubject(subjectOf(raw));
  const name = subject.get(COMMON_NAME)?.at(-1) ?? '';
  if (name === '') return undefined;
  const uids = subject.get(USER_UID) ?? [];
  if (uids.length > 1 || uids[0] === '') return 'refused';
  const fingerprint = createHash('sha256').update(raw).digest('hex');
  return {
    username: name,
    ...(uids[0] === undefined ? {} : { uid: uids[0] }),
    groups: subject.get(ORGANIZATION) ?? [],
    extra: { 'authentication.kubernetes.io/credential-id': [`X509SHA256=${fingerprint}`] },
  };
}
