// A list that is asked for again and again: what has not changed stays the same element on the page, so nothing jumps.
import { createSignal, onCleanup, type Accessor } from "solid-js";
import { createStore, reconcile } from "solid-js/store";

export interface Live<T> {
  items: T[];
  /** False until the first answer. */
  known: Accessor<boolean>;
  error: Accessor<unknown>;
  refresh(): Promise<void>;
}

/** The time as "5 min ago" needs it. */
const TICK_MS = 10_000;
const [now, setNow] = createSignal(Date.now());
setInterval(() => setNow(Date.now()), TICK_MS);
export { now };

/** After a failure it is tried again this much later. */
const RETRY_MS = 5_000;

/**
 * Asks, waits, asks again, as long as the page is shown. `load` may itself wait for news, then `everyMs` is short. A refresh
 * in between starts the waiting anew.
 */
export function live<T extends { id: string }>(everyMs: number | ((items: T[]) => number), load: () => Promise<T[]>): Live<T> {
  const [held, hold] = createStore<{ items: T[] }>({ items: [] });
  const [known, setKnown] = createSignal(false);
  const [error, setError] = createSignal<unknown>();
  let timer: number | undefined;
  let over = false;
  let asked = 0;
  const ask = async () => {
    const turn = ++asked;
    try {
      const items = await load();
      // A slow answer must not undo a newer one.
      if (over || turn !== asked) return;
      hold("items", reconcile(items, { key: "id" }));
      setError(undefined);
      setKnown(true);
    } catch (fault) {
      if (!over && turn === asked) setError(fault);
    }
  };
  const wait = () => {
    window.clearTimeout(timer);
    if (!over) timer = window.setTimeout(() => void refresh(), error() ? RETRY_MS : typeof everyMs === "number" ? everyMs : everyMs(held.items));
  };
  const refresh = async () => {
    const turn = asked + 1;
    if (!document.hidden) await ask();
    if (document.hidden || turn === asked) wait();
  };
  const seen = () => {
    if (!document.hidden) void refresh();
  };
  void refresh();
  document.addEventListener("visibilitychange", seen);
  onCleanup(() => {
    over = true;
    window.clearTimeout(timer);
    document.removeEventListener("visibilitychange", seen);
  });
  return { get items() { return held.items; }, known, error, refresh };
}
