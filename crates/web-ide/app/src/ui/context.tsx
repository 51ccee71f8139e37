// What every page has: the transport, the user, a place for short messages.
import { createContext, createSignal, useContext, type Accessor } from "solid-js";
import type { User } from "../gen/auth.ts";
import type { Reach, Transport } from "../transport.ts";
import type { Attention } from "./attention.ts";

export interface Toast {
  id: number;
  text: string;
  bad: boolean;
  /** Where it leads. */
  link?: Link | undefined;
}

export interface Link {
  text: string;
  href: string;
}

export interface AppContext {
  transport: Transport;
  user: Accessor<User | undefined>;
  setUser(user: User | undefined): void;
  reach: Accessor<Reach>;
  attention: Attention;
  tell(text: string, bad?: boolean, link?: Link): void;
}

export const Context = createContext<AppContext>();

export function useApp(): AppContext {
  const app = useContext(Context);
  if (!app) throw new Error("outside the app");
  return app;
}

/** How long a message stays: long enough to read a sentence twice. */
const TOAST_MS = 6_000;
/** More would cover the page. */
const TOASTS_MAX = 4;

export function createToasts() {
  const [toasts, set] = createSignal<Toast[]>([]);
  let next = 0;
  const drop = (id: number) => set((held) => held.filter((it) => it.id !== id));
  const tell = (text: string, bad = false, link?: Link) => {
    const id = next++;
    set((held) => [...held.slice(1 - TOASTS_MAX), { id, text, bad, link }]);
    setTimeout(() => drop(id), TOAST_MS);
  };
  return { toasts, tell, drop };
}
