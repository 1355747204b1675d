/** `windowsOptions` of a pod or a container. */
import type { JsonObject } from '@caretaker/kube';
import { invalid } from '../parts/field-errors.ts';
import { dnsSubdomain } from '../parts/formats.ts';
import { type Errors, given, str } from '../parts/read.ts';

const LONGEST_SPEC = 65_536;
const LONGEST_DOMAIN = 256;
const LONGEST_USER = 104;
const CONTROL = /[\x00-\x1f\x7f]/;
const NETBIOS = /^[^\\/:*?"<>|.][^\\/:*?"<>|]{0,14}$/;
const DNS_DOMAIN = /^[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)*$/;

export function windowsOptionsErrors(options: JsonObject | undefined, at: string, errors: Errors): void {
  if (options === undefined) return;
  const refuse = (name: string, words: string): void => void errors.push(invalid(`${at}.${name}`, str(options, name), words));
  if (given(options, 'gmsaCredentialSpecName'))
    for (const words of dnsSubdomain(str(options, 'gmsaCredentialSpecName'))) refuse('gmsaCredentialSpecName', words);
  if (given(options, 'gmsaCredentialSpec')) {
    const size = Buffer.byteLength(str(options, 'gmsaCredentialSpec'));
    if (size === 0) refuse('gmsaCredentialSpec', 'gmsaCredentialSpec cannot be an empty string');
    else if (size > LONGEST_SPEC) refuse('gmsaCredentialSpec', `gmsaCredentialSpec size must be under ${LONGEST_SPEC / 1024} KiB`);
  }
  if (given(options, 'runAsUserName')) for (const words of userNameProblems(str(options, 'runAsUserName'))) refuse('runAsUserName', words);
}

/** A user of Windows: `DOMAIN\\USER`, or without a domain. */
function userNameProblems(name: string): string[] {
  if (name === '') return ['runAsUserName cannot be an empty string'];
  if (CONTROL.test(name)) return ['runAsUserName cannot contain control characters'];
  const parts = name.split('\\');
  if (parts.length > 2) return ['runAsUserName cannot contain more than one backslash'];
  const [domain, user = ''] = parts.length === 1 ? [undefined, name] : parts;
  const problems: string[] = [];
  if (domain !== undefined) {
    if (domain.length >= LONGEST_DOMAIN) problems.push(`runAsUserName's Domain length must be under ${LONGEST_DOMAIN} characters`);
    if (!NETBIOS.test(domain) && !DNS_DOMAIN.test(domain))
      problems.push("runAsUserName's Domain doesn't match the NetBios nor the DNS format");
  }
  if (user === '') problems.push("runAsUserName's User cannot be empty");
  else if (user.length > LONGEST_USER) problems.push(`runAsUserName's User length must not be longer than ${LONGEST_USER} characters`);
  if (/^[. ]+$/.test(user)) problems.push("runAsUserName's User cannot contain only periods or spaces");
  if (/["/\\:;|=,+*?<>@[\]]/.test(user)) problems.push('runAsUserName\'s User cannot contain the following characters: "/\\:;|=,+*?<>@[]');
  return problems;
}
