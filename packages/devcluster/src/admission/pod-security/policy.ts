/** What the labels of a namespace ask of its pods. */
export type Level = 'privileged' | 'baseline' | 'restricted';

/** A level as it was in a minor version; undefined: the latest. */
export interface LevelVersion {
  readonly level: Level;
  readonly minor: number | undefined;
}

export interface Policy {
  readonly enforce: LevelVersion;
  readonly warn: LevelVersion;
  readonly errors: readonly LabelError[];
}

export interface LabelError {
  readonly label: string;
  readonly value: string;
  readonly detail: string;
}

const PREFIX = 'pod-security.kubernetes.io/';
const LEVELS: readonly Level[] = ['privileged', 'baseline', 'restricted'];
const LATEST: LevelVersion = { level: 'privileged', minor: undefined };

/** `restricted:latest`, `baseline:v1.30`. */
export function policyText({ level, minor }: LevelVersion): string {
  return `${level}:${minor === undefined ? 'latest' : `v1.${minor}`}`;
}

export function isStricter(one: Level, other: Level): boolean {
  return LEVELS.indexOf(one) > LEVELS.indexOf(other);
}

/** Labels that cannot be read count as restricted where they enforce, and as nothing where they warn. */
export function policyOf(labels: Readonly<Record<string, string>> | undefined): Policy {
  if (labels === undefined) return { enforce: LATEST, warn: LATEST, errors: [] };
  const errors: LabelError[] = [];
  const read = (mode: string, fallback: Level): LevelVersion => ({
    level: levelOf(labels, `${PREFIX}${mode}`, fallback, errors),
    minor: minorOf(labels, `${PREFIX}${mode}-version`, errors),
  });
  const enforce = read('enforce', 'restricted');
  read('audit', 'privileged');
  const warn = read('warn', 'privileged');
  const asked = labels[`${PREFIX}enforce`];
  const inherits = labels[`${PREFIX}warn`] === undefined && isLevel(asked) && isStricter(asked, warn.level);
  if (!inherits) return { enforce, warn, errors };
  const minor = labels[`${PREFIX}warn-version`] === undefined ? enforce.minor : warn.minor;
  return { enforce, warn: { level: asked, minor }, errors };
}

function isLevel(value: string | undefined): value is Level {
  return LEVELS.some((level) => level === value);
}

function levelOf(labels: Readonly<Record<string, string>>, label: string, fallback: Level, errors: LabelError[]): Level {
  const value = labels[label];
  if (value === undefined) return 'privileged';
  if (isLevel(value)) return value;
  errors.push({ label, value, detail: `must be one of ${LEVELS.join(', ')}` });
  return fallback;
}

function minorOf(labels: Readonly<Record<string, string>>, label: string, errors: LabelError[]): number | undefined {
  const value = labels[label];
  if (value === undefined || value === 'latest') return undefined;
  const minor = /^v1\.(\d|[1-9]\d*)$/.exec(value)?.[1];
  if (minor !== undefined) return Number(minor);
  errors.push({ label, value, detail: 'must be "latest" or "v1.x"' });
  return undefined;
}
