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
 * Asks, waits, asks again, as long as the page is shown. `load` may itself wait for news, then `everyMs` is short.
 */
export function live<T extends { id: string }>(everyMs: number, load: () => Promise<T[]>): Live<T> {
  const [held, hold] = createStore<{ items: T[] }>({ items: [] });
  const [known, setKnown] = createSignal(false);
  const [error, setError] = createSignal<unknown>();
  let timer: number | undefined;
  let over = false;
  let asked = 0;
  const refresh = async () => {
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
  const turn = async () => {
    if (!document.hidden) await refresh();
    if (!over) timer = window.setTimeout(turn, error() ? RETRY_MS : everyMs);
  };
  const seen = () => {
    if (document.hidden) return;
    window.clearTimeout(timer);
    void turn();
  };
  void turn();
  document.addEventListener("visibilitychange", seen);
  onCleanup(() => {
    over = true;
    window.clearTimeout(timer);
    document.removeEventListener("visibilitychange", seen);
  });
  return { get items() { return held.items; }, known, error, refresh };
}
