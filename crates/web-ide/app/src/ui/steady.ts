// Lists that are asked for anew: an item about which nothing changed stays the same object, so what is drawn of it stays,
// with its focus and with the pointer that is just pressing it.

/** The new list, made of the old one's items where they say the same. */
export function steady<T>(before: readonly T[] | undefined, now: readonly T[]): T[] {
  const held = new Map<string, T>();
  for (const it of before ?? []) held.set(JSON.stringify(it), it);
  return now.map((it) => held.get(JSON.stringify(it)) ?? it);
}
