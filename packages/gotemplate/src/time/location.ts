import { ZONE_NAMES } from './generated/zone-names.ts';

/** A time zone: what the clocks show at an instant. */
export interface Location {
  /** Its name where Go's syntax shows one: `time.UTC`, `time.Local`, or the name in time.Location("…"). */
  readonly name: string;
  /** Offset from UTC in seconds, and the abbreviation ('' when the zone has none). */
  lookup(unixSeconds: number): { readonly offset: number; readonly abbreviation: string };
}

/** UTC. */
export const UTC: Location = { name: 'UTC', lookup: () => ({ offset: 0, abbreviation: 'UTC' }) };

/** What Go calls Local: UTC's clock here, for a template must not depend on where it runs, yet another location to `eq`. */
export const LOCAL: Location = { ...UTC, name: 'Local' };

/** time.FixedZone. */
export function fixedZone(abbreviation: string, offset: number): Location {
  return { name: abbreviation, lookup: () => ({ offset, abbreviation }) };
}

/** Abbreviations by offset, by zone. */
let names: Map<string, Map<number, string>> | undefined;

function abbreviations(zone: string): Map<number, string> | undefined {
  if (names === undefined) {
    names = new Map();
    for (const line of ZONE_NAMES.trim().split('\n')) {
      const [rules = '', zones = ''] = line.split('=');
      const byOffset = new Map(
        rules.split(',').map((r): [number, string] => [Number(r.slice(0, r.indexOf(':'))), r.slice(r.indexOf(':') + 1)]),
      );
      for (const z of zones.split(' ')) names.set(z, byOffset);
    }
  }
  return names.get(zone);
}

/** A zone of the IANA database, by the rules of the host's Intl. */
class NamedZone implements Location {
  readonly name: string;
  readonly #format: Intl.DateTimeFormat;
  readonly #abbreviations: Map<number, string>;

  constructor(zone: string, abbreviationsByOffset: Map<number, string>) {
    this.name = zone;
    this.#format = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset', year: 'numeric' });
    this.#abbreviations = abbreviationsByOffset;
  }

  lookup(unixSeconds: number): { offset: number; abbreviation: string } {
    // Intl knows instants within 8.64e15 ms of the epoch.
    const ms = Math.max(-8.64e15, Math.min(8.64e15, unixSeconds * 1000));
    const name = this.#format.formatToParts(ms).find((p) => p.type === 'timeZoneName')?.value ?? 'GMT';
    const m = /^GMT(?:([+-])(\d\d):(\d\d)(?::(\d\d))?)?$/.exec(name);
    const seconds = m?.[1] === undefined ? 0 : Number(m[2]) * 3600 + Number(m[3]) * 60 + Number(m[4] ?? 0);
    const offset = m?.[1] === '-' ? -seconds : seconds;
    return { offset, abbreviation: this.#abbreviations.get(offset) ?? 'LMT' };
  }
}

const zones = new Map<string, Location>();

/** time.LoadLocation: '' is UTC; undefined for an unknown name. */
export function loadLocation(name: string): Location | undefined {
  if (name === '' || name === 'UTC') return UTC;
  if (name === 'Local') return LOCAL;
  const known = zones.get(name);
  if (known !== undefined) return known;
  const byOffset = abbreviations(name);
  if (byOffset === undefined) return undefined;
  let zone: Location;
  try {
    zone = new NamedZone(name, byOffset);
  } catch (cause) {
    // A name that Intl lacks: zones without rules have one offset.
    if (!(cause instanceof RangeError)) throw cause;
    const [only] = byOffset;
    zone = only === undefined ? UTC : fixedZone(only[1], only[0]);
  }
  zones.set(name, zone);
  return zone;
}
