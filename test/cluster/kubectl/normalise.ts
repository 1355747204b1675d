// Output of two clusters made comparable: only identity (uids, versions, addresses, generated names, tokens) and time are replaced.

/** What a name that the server generates, and the hash of a pod template, is made of (apimachinery's rand). */
const RANDOM = '[bcdfghjklmnpqrstvwxz2456789]';
const AGE = String.raw`(?:\d+y)?(?:\d+d)?(?:\d+h)?(?:\d+m)?(?:\d+s)?`;

export interface Names {
  /** Texts of this side alone, e.g. its URL, folder and nodes: text -> placeholder. */
  readonly replace: ReadonlyMap<string, string>;
}

/** What client-go says of a watch that it gave up itself: a question of milliseconds. */
const NOISE = /^[IWE]\d{4} .*reflector\.go:.*\n/gm;

const RULES: readonly (readonly [RegExp, string])[] = [
  // klog's head: level, date, time, process, file.
  [/^[IWEF]\d{4} \d\d:\d\d:\d\d\.\d+ +\d+ ([\w.]+):\d+\]/gm, '<klog> $1]'],
  [/\beyJ[\w-]+\.[\w-]+\.[\w-]+/g, '<jwt>'],
  [/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/g, '<uid>'],
  [/\b[0-9a-f]{32}\b/g, '<uid>'],
  [/\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)/g, '<time>'],
  [/\b\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d+)?(?: [+-]\d{4} \w+)?/g, '<time>'],
  [/\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d \w{3} \d{4} \d\d:\d\d:\d\d [+-]\d{4}/g, '<time>'],
  [/("?[rR]esourceVersion"?(?:: *|=)"?)\d+/g, '$1<rv>'],
  [/(Resource Version: +)\d+/g, '$1<rv>'],
  // Addresses in a stack trace of kubectl.
  [/\b0x[0-9a-f]+\??/g, '<pointer>'],
  [/\b(?:\d{1,3}\.){3}\d{1,3}\b/g, '<ip>'],
  [/("?nodePort"?: *)3\d{4}\b/g, '$1<nodePort>'],
  [/\b(\d+):3\d{4}\/(TCP|UDP)\b/g, '$1:<nodePort>/$2'],
  [/(NodePort: +\S+ +)3\d{4}\/(TCP|UDP)/g, '$1<nodePort>/$2'],
  [/((?:pod-template|controller-revision)-hash"?(?:=|: *)"?)[\w-]+/g, '$1<hash>'],
  [new RegExp(String.raw`-${RANDOM}{8,10}-${RANDOM}{5}\b`, 'g'), '-<hash>-<rand>'],
  [new RegExp(String.raw`-${RANDOM}{8,10}\b`, 'g'), '-<hash>'],
  [new RegExp(String.raw`-${RANDOM}{5}\b`, 'g'), '-<rand>'],
  // Ages stand in columns of their own, or in "5s (x3 over 10s)".
  [new RegExp(String.raw`(^| {2,}|\t|over |\()(?=\d)${AGE}(?= |\t|\)|$)`, 'gm'), '$1<age>'],
  // How often something happened meanwhile.
  [/ \(x\d+ over <age>\)/g, ''],
  [/(lease|renew|heartbeat)(\w*": ")[^"]+/gi, '$1$2<time>'],
];

export function normalise(text: string, { replace }: Names): string {
  let next = text.replace(NOISE, '');
  for (const [own, placeholder] of replace) next = next.replaceAll(own, placeholder);
  for (const [pattern, placeholder] of RULES) next = next.replace(pattern, placeholder);
  return next.split('\n').map(evenSpaces).join('\n');
}

/** Columns are as wide as their widest value, so their width says nothing once values are replaced. Indentation stays. */
function evenSpaces(line: string): string {
  const indent = /^ */.exec(line)?.[0] ?? '';
  return (indent + line.slice(indent.length).replace(/ {2,}/g, '  ')).trimEnd();
}
