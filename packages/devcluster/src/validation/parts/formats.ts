/** Formats of names and values. Each check gives the complaints in the server's words; none when the value is fine. */

const bytes = (text: string): number => Buffer.byteLength(text);

export const maxLength = (length: number): string => `must be no more than ${length} characters`;
/** The same limit in the words that labels get. */
export const maxBytes = (length: number): string => `must be no more than ${length} bytes`;
export const inclusiveRange = (low: number, high: number): string => `must be between ${low} and ${high}, inclusive`;

/** The complaint about a text that does not match, with the expression and examples. */
export function regexComplaint(message: string, expression: string, ...examples: string[]): string {
  const shown = examples.length === 0 ? '' : `e.g. ${examples.map((one) => `'${one}'`).join(',  or ')}, `;
  return `${message} (${shown}regex used for validation is '${expression}')`;
}

const LABEL = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const SUBDOMAIN = `${LABEL}(\\.${LABEL})*`;
const LABEL_1035 = '[a-z]([-a-z0-9]*[a-z0-9])?';
const QUALIFIED = '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]';
const LABEL_VALUE = `(${QUALIFIED})?`;
const CONFIG_KEY = '[-._a-zA-Z0-9]+';
const WILDCARD = `\\*\\.${SUBDOMAIN}`;
const HEADER_NAME = '[-A-Za-z0-9]+';
const PERCENT = '[0-9]+%';

const whole = (expression: string): RegExp => new RegExp(`^${expression}$`);
const LABEL_RE = whole(LABEL);
const SUBDOMAIN_RE = whole(SUBDOMAIN);
const LABEL_1035_RE = whole(LABEL_1035);
const QUALIFIED_RE = whole(QUALIFIED);
const LABEL_VALUE_RE = whole(LABEL_VALUE);
const CONFIG_KEY_RE = whole(CONFIG_KEY);
const WILDCARD_RE = whole(WILDCARD);
const HEADER_NAME_RE = whole(HEADER_NAME);
const PERCENT_RE = whole(PERCENT);

const LABEL_WORDS =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character";
const SUBDOMAIN_WORDS =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character";
const LABEL_1035_WORDS =
  "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character";
const QUALIFIED_WORDS = "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character";
const LABEL_VALUE_WORDS =
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character";
const WILDCARD_WORDS =
  "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character";

export function dnsLabel(value: string): string[] {
  const out = bytes(value) > 63 ? [maxLength(63)] : [];
  if (LABEL_RE.test(value)) return out;
  return [...out, SUBDOMAIN_RE.test(value) ? 'must not contain dots' : regexComplaint(LABEL_WORDS, LABEL, 'my-name', '123-abc')];
}

export function dnsSubdomain(value: string, limit = maxLength): string[] {
  const out = bytes(value) > 253 ? [limit(253)] : [];
  return SUBDOMAIN_RE.test(value) ? out : [...out, regexComplaint(SUBDOMAIN_WORDS, SUBDOMAIN, 'example.com')];
}

export function dns1035Label(value: string): string[] {
  const out = bytes(value) > 63 ? [maxLength(63)] : [];
  return LABEL_1035_RE.test(value) ? out : [...out, regexComplaint(LABEL_1035_WORDS, LABEL_1035, 'my-name', 'abc-123')];
}

export function wildcardSubdomain(value: string): string[] {
  const out = bytes(value) > 253 ? [maxLength(253)] : [];
  return WILDCARD_RE.test(value) ? out : [...out, regexComplaint(WILDCARD_WORDS, WILDCARD, '*.example.com')];
}

/** Label keys, finalizers, condition types: `prefix/name` or `name`. */
export function qualifiedName(value: string): string[] {
  const parts = value.split('/');
  const out: string[] = [];
  let name = parts[0] ?? '';
  if (parts.length === 2) {
    const [prefix = ''] = parts;
    name = parts[1] ?? '';
    if (prefix === '') out.push('prefix part must be non-empty');
    else out.push(...dnsSubdomain(prefix, maxBytes).map((words) => `prefix part ${words}`));
  } else if (parts.length > 2) {
    return [
      `${regexComplaint(`a valid label key ${QUALIFIED_WORDS}`, QUALIFIED, 'MyName', 'my.name', '123-abc')} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`,
    ];
  }
  if (name === '') out.push('name part must be non-empty');
  else if (bytes(name) > 63) out.push(`name part ${maxBytes(63)}`);
  if (!QUALIFIED_RE.test(name)) out.push(regexComplaint(`name part ${QUALIFIED_WORDS}`, QUALIFIED, 'MyName', 'my.name', '123-abc'));
  return out;
}

const SEARCH = '_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?(\\._?[a-z0-9]([-_a-z0-9]*[a-z0-9])?)*';
const SEARCH_RE = whole(SEARCH);
const SEARCH_WORDS =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '_', '-' or '.', and must start and end with an alphanumeric character";

/** Search paths of resolvers: subdomains that may contain underscores. */
export function searchPath(value: string): string[] {
  const out = bytes(value) > 253 ? [maxLength(253)] : [];
  return SEARCH_RE.test(value) ? out : [...out, regexComplaint(SEARCH_WORDS, SEARCH, 'example.com')];
}

export function labelValue(value: string): string[] {
  const out = bytes(value) > 63 ? [maxBytes(63)] : [];
  return LABEL_VALUE_RE.test(value) ? out : [...out, regexComplaint(LABEL_VALUE_WORDS, LABEL_VALUE, 'MyValue', 'my_value', '12345')];
}

export function configMapKey(value: string): string[] {
  const out = bytes(value) > 253 ? [maxLength(253)] : [];
  if (!CONFIG_KEY_RE.test(value)) {
    out.push(
      regexComplaint(
        "a valid config key must consist of alphanumeric characters, '-', '_' or '.'",
        CONFIG_KEY,
        'key.name',
        'KEY_NAME',
        'key-name',
      ),
    );
  }
  return [...out, ...chdirPrefix(value)];
}

function chdirPrefix(value: string): string[] {
  if (value === '.') return ["must not be '.'"];
  if (value === '..') return ["must not be '..'"];
  return value.startsWith('..') ? ["must not start with '..'"] : [];
}

export function environmentName(value: string): string[] {
  const out: string[] = [];
  if (value === '') out.push('environment variable name must be non-empty');
  if (!/^[\x20-\x3c\x3e-\x7e]*$/.test(value))
    out.push("a valid environment variable name must consist only of printable ASCII characters other than '='");
  return out;
}

export function headerName(value: string): string[] {
  return HEADER_NAME_RE.test(value)
    ? []
    : [regexComplaint("a valid HTTP header must consist of alphanumeric characters or '-'", HEADER_NAME, 'X-Header-Name')];
}

export function percent(value: string): string[] {
  return PERCENT_RE.test(value)
    ? []
    : [regexComplaint("a valid percent string must be a numeric string followed by an ending '%'", PERCENT, '1%', '93%')];
}

export const portNumber = (value: number): string[] => (value >= 1 && value <= 65535 ? [] : [inclusiveRange(1, 65535)]);

/** Names of container ports (IANA service names). */
export function portName(value: string): string[] {
  const out: string[] = [];
  if (value.length > 15) out.push(maxLength(15));
  if (!/^[-a-z0-9]+$/.test(value)) out.push('must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)');
  if (!/[a-z]/.test(value)) out.push('must contain at least one letter (a-z)');
  if (value.includes('--')) out.push('must not contain consecutive hyphens');
  if (value !== '' && (value.startsWith('-') || value.endsWith('-'))) out.push('must not begin or end with a hyphen');
  return out;
}

/** Names that may stand in a path of the API; the rule of kinds with free names. */
export function pathSegment(value: string): string[] {
  if (value === '.' || value === '..') return [`may not be '${value}'`];
  return ['/', '%'].filter((char) => value.includes(char)).map((char) => `may not contain '${char}'`);
}
