import type { Owner } from '../types/bundle.ts';

/** Who holds an address: the owner and the id of the resource that wants it. */
export interface Claim {
  owner: Owner;
  id: string;
}

/**
 * One owner per object (DESIGN §10.2). Server-side apply never conflicts with its own manager name, so two owners of one operator would
 * overwrite each other without a word; this table (and the marks on the object) is what stops the second one.
 */
export class Claims {
  private readonly byObject = new Map<string, Claim>();
  private readonly byOwner = new Map<string, Set<string>>();
  /** Owners that were refused an address, to be woken when it is free. */
  private readonly waiting = new Map<string, Set<string>>();

  /** Takes the address, or names who has it. Taking it again is no change. */
  take(objectKey: string, owner: Owner, id: string): Claim | undefined {
    const held = this.byObject.get(objectKey);
    if (held && held.owner.uid !== owner.uid) {
      remember(this.waiting, objectKey, owner.key);
      return held;
    }
    this.byObject.set(objectKey, { owner, id });
    this.waiting.get(objectKey)?.delete(owner.key);
    remember(this.byOwner, owner.key, objectKey);
    return undefined;
  }

  /** Notes that an owner wants an address which the object itself says is another's; gives it back if the owner held it. */
  wait(objectKey: string, owner: Owner): void {
    if (this.holds(objectKey, owner)) this.release(objectKey, owner.uid);
    remember(this.waiting, objectKey, owner.key);
  }

  holds(objectKey: string, owner: Owner): boolean {
    return this.byObject.get(objectKey)?.owner.uid === owner.uid;
  }

  /** Owners that were refused an address. */
  waitersOf(objectKey: string): readonly string[] {
    return [...(this.waiting.get(objectKey) ?? [])];
  }

  holder(objectKey: string): Claim | undefined {
    return this.byObject.get(objectKey);
  }

  keysOf(ownerKey: string): readonly string[] {
    return [...(this.byOwner.get(ownerKey) ?? [])];
  }

  /** Gives an address back; returns the keys of owners that were refused it meanwhile. */
  release(objectKey: string, ownerUid: string): string[] {
    const held = this.byObject.get(objectKey);
    if (!held || held.owner.uid !== ownerUid) return [];
    this.byObject.delete(objectKey);
    const own = this.byOwner.get(held.owner.key);
    own?.delete(objectKey);
    if (own?.size === 0) this.byOwner.delete(held.owner.key);
    const waiters = [...(this.waiting.get(objectKey) ?? [])];
    this.waiting.delete(objectKey);
    return waiters;
  }

  /** Gives back all that the owner holds; returns the keys of owners to wake. */
  forget(ownerKey: string): string[] {
    const woken = new Set<string>();
    for (const objectKey of this.keysOf(ownerKey)) {
      const held = this.byObject.get(objectKey);
      if (held) for (const waiter of this.release(objectKey, held.owner.uid)) woken.add(waiter);
    }
    for (const [objectKey, waiters] of this.waiting) {
      waiters.delete(ownerKey);
      if (waiters.size === 0) this.waiting.delete(objectKey);
    }
    woken.delete(ownerKey);
    return [...woken];
  }

  get owners(): number {
    return this.byOwner.size;
  }

  get objects(): number {
    return this.byObject.size;
  }
}

function remember(map: Map<string, Set<string>>, key: string, member: string): void {
  const members = map.get(key);
  if (members) members.add(member);
  else map.set(key, new Set([member]));
}
