import type { JsonObject } from '@caretaker/kube';
import * as baseline from './baseline.ts';
import { type PodView, podView } from './pod-view.ts';
import type { LevelVersion } from './policy.ts';
import * as restricted from './restricted.ts';
import type { Finding } from './words.ts';

type Check = (pod: PodView) => Finding | undefined;

/** One check over the minor versions from `from` to before `until`. */
interface Row {
  readonly check: Check;
  readonly from: number;
  readonly until?: number;
  /** From this version on `restricted` has a check of its own instead. */
  readonly replaced?: number;
}

const exceptWindows =
  (check: Check): Check =>
  (pod) =>
    pod.windows ? undefined : check(pod);
const exceptOwnUsers =
  (check: Check): Check =>
  (pod) =>
    pod.ownUsers ? undefined : check(pod);

const SYSCTLS = [
  'kernel.shm_rmid_forced',
  'net.ipv4.ip_local_port_range',
  'net.ipv4.tcp_syncookies',
  'net.ipv4.ping_group_range',
  'net.ipv4.ip_unprivileged_port_start',
];
const SYSCTLS_27 = [...SYSCTLS, 'net.ipv4.ip_local_reserved_ports'];
const SYSCTLS_29 = [
  ...SYSCTLS_27,
  'net.ipv4.tcp_keepalive_time',
  'net.ipv4.tcp_fin_timeout',
  'net.ipv4.tcp_keepalive_intvl',
  'net.ipv4.tcp_keepalive_probes',
];
const SYSCTLS_32 = [...SYSCTLS_29, 'net.ipv4.tcp_rmem', 'net.ipv4.tcp_wmem'];

/** In the order in which the server tells of them: by their names there. */
const BASELINE: readonly Row[] = [
  { check: baseline.appArmor, from: 0 },
  { check: baseline.capabilities, from: 0, replaced: 22 },
  { check: baseline.hostNamespaces, from: 0 },
  { check: baseline.hostPathVolumes, from: 0, replaced: 0 },
  { check: baseline.hostPorts, from: 0 },
  { check: baseline.hostProbes, from: 34 },
  { check: baseline.privileged, from: 0 },
  { check: baseline.procMount, from: 0, until: 35 },
  { check: exceptOwnUsers(baseline.procMount), from: 35, replaced: 35 },
  { check: baseline.seLinux([]), from: 0, until: 31 },
  { check: baseline.seLinux(['container_engine_t']), from: 31 },
  { check: baseline.seccompAnnotations, from: 0, until: 19 },
  { check: baseline.seccomp, from: 19, replaced: 19 },
  { check: baseline.sysctls(SYSCTLS), from: 0, until: 27 },
  { check: baseline.sysctls(SYSCTLS_27), from: 27, until: 29 },
  { check: baseline.sysctls(SYSCTLS_29), from: 29, until: 32 },
  { check: baseline.sysctls(SYSCTLS_32), from: 32 },
  { check: baseline.windowsHostProcess, from: 0 },
];

const RESTRICTED: readonly Row[] = [
  { check: restricted.privilegeEscalation, from: 8, until: 25 },
  { check: exceptWindows(restricted.privilegeEscalation), from: 25 },
  { check: restricted.dropsCapabilities, from: 22, until: 25 },
  { check: exceptWindows(restricted.dropsCapabilities), from: 25 },
  { check: baseline.procMount, from: 35 },
  { check: restricted.volumes, from: 0 },
  { check: restricted.nonRoot, from: 0, until: 35 },
  { check: exceptOwnUsers(restricted.nonRoot), from: 35 },
  { check: restricted.userZero, from: 23, until: 35 },
  { check: exceptOwnUsers(restricted.userZero), from: 35 },
  { check: restricted.seccompSet, from: 19, until: 25 },
  { check: exceptWindows(restricted.seccompSet), from: 25 },
];

/** What keeps a pod (or a template of one) from a level. */
export function violations({ level, minor = Number.POSITIVE_INFINITY }: LevelVersion, pod: JsonObject): Finding[] {
  if (level === 'privileged') return [];
  const strict = level === 'restricted';
  const valid = ({ from, until = Number.POSITIVE_INFINITY }: Row): boolean =>
    minor >= from && (minor < until || until === Number.POSITIVE_INFINITY);
  const rows = [
    ...BASELINE.filter((row) => valid(row) && !(strict && row.replaced !== undefined && minor >= row.replaced)),
    ...(strict ? RESTRICTED.filter(valid) : []),
  ];
  const view = podView(pod);
  return rows.flatMap(({ check }) => check(view) ?? []);
}

/** `host namespaces (hostPID=true), privileged (…)`. */
export function details(findings: readonly Finding[]): string {
  return findings.map(({ reason, detail }) => (detail === '' ? reason : `${reason} (${detail})`)).join(', ');
}
