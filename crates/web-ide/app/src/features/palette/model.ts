// Finding a command or a file by a few of its letters.

export interface Command {
  id: string;
  title: string;
  keys?: string;
  run(): void;
}

/** How well letters match a text, in order; undefined when they do not. Starts of words and runs count more. */
export function score(query: string, text: string): number | undefined {
  const wanted = query.toLowerCase();
  const within = text.toLowerCase();
  let total = 0;
  let at = 0;
  let run = 0;
  for (const letter of wanted) {
    if (letter === " ") continue;
    const found = within.indexOf(letter, at);
    if (found < 0) return undefined;
    run = found === at && at > 0 ? run + 1 : 0;
    const before = found === 0 ? "/" : within[found - 1]!;
    total += 1 + run * 3 + (/[^a-z0-9]/.test(before) ? 4 : 0) - (found - at) * 0.05;
    at = found + 1;
  }
  return total - text.length * 0.02;
}

/** More than fits is of no use in a list that is read. */
const SHOWN_MAX = 50;

export function rank<T>(query: string, items: T[], text: (item: T) => string): T[] {
  if (!query.trim()) return items.slice(0, SHOWN_MAX);
  return items
    .map((item) => ({ item, points: score(query, text(item)) }))
    .filter((it): it is { item: T; points: number } => it.points !== undefined)
    .sort((a, b) => b.points - a.points)
    .slice(0, SHOWN_MAX)
    .map((it) => it.item);
}
