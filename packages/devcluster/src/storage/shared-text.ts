/** So many texts are looked out for, twice: those met lately, and those met before them. */
const GENERATION = 512;
/** Longer ones are not worth remembering for a second one that may never come. */
const LONGEST = 4096;

/** Texts that many stored objects have in common: one copy of each. */
export class SharedTexts {
  #young = new Map<string, string>();
  #old = new Map<string, string>();

  /** The copy that all have in common; undefined when the text is met for the first time, or was forgotten. */
  share(text: string): string | undefined {
    if (text.length > LONGEST) return undefined;
    const known = this.#young.get(text);
    if (known !== undefined) return known;
    const older = this.#old.get(text);
    this.#young.set(text, older ?? text);
    if (this.#young.size >= GENERATION) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    return older;
  }
}
