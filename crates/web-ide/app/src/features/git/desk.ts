// The state of the repository as the page knows it, and everything that changes it.
import { createSignal, onCleanup } from "solid-js";
import type { GitStatus, GitTransfer, TransferKind } from "../../gen/agent.ts";
import { asFailure, reason } from "../../transport.ts";
import type { Comparison, GitPorts, Paths } from "./ports.ts";

/** Changes arrive in bursts; a look costs the slot a few processes. */
const SETTLE_MS = 250;
/** Between two looks while files go on changing. */
const PAUSE_MS = 1_500;
/** After a question about a transfer went unanswered. */
const RETRY_MS = 1_000;

export type Shown = { kind: "diff"; of: Comparison } | { kind: "conflict"; path: string };

/** More that wait for their turn were not clicked by a person. */
const WAITING_MAX = 100;

export interface DeskTold {
  /** How often somebody has pressed anything. */
  presses(): number;
  tell(text: string, bad?: boolean): void;
  confirm(text: string): boolean;
}

export function createDesk(ports: GitPorts, told: DeskTold) {
  const [status, setStatus] = createSignal<GitStatus>();
  const [transfer, setTransfer] = createSignal<GitTransfer>();
  const [busy, setBusy] = createSignal<string>();
  const [shown, setShown] = createSignal<Shown>();
  let asked = 0;
  const show = (it: Shown | undefined): void => {
    asked = told.presses();
    setShown(it);
  };
  const [version, setVersion] = createSignal(0);
  const [locked, setLocked] = createSignal(false);
  let timer: number | undefined;
  let looking = false;
  let again = false;
  let over = false;
  onCleanup(() => {
    over = true;
    window.clearTimeout(timer);
  });

  const took = (next: GitStatus): void => {
    setStatus(next);
    setVersion(version() + 1);
  };
  /** Looks now; what fails is found again at the next look. */
  const refresh = async (): Promise<void> => {
    took(await ports.status());
  };
  const soon = (): void => {
    if (looking) again = true;
    if (looking || timer !== undefined || over) return;
    timer = window.setTimeout(async () => {
      timer = undefined;
      looking = true;
      await refresh().catch(() => {});
      looking = false;
      if (again && !over) window.setTimeout(soon, PAUSE_MS);
      again = false;
    }, SETTLE_MS);
  };

  let waiting = 0;
  let last: Promise<unknown> = Promise.resolve();
  /** One change at a time, in the order they were asked for; true when it worked. */
  const run = (what: string, work: () => Promise<GitStatus>): Promise<boolean> => {
    if (waiting >= WAITING_MAX) return Promise.resolve(false);
    waiting += 1;
    const mine = last.then(() => change(what, work)).finally(() => (waiting -= 1));
    last = mine;
    return mine;
  };
  const change = async (what: string, work: () => Promise<GitStatus>): Promise<boolean> => {
    setBusy(what);
    try {
      took(await work());
      setLocked(false);
      return true;
    } catch (error) {
      setLocked(asFailure(error).code === "aborted");
      told.tell(reason(error), true);
      soon();
      return false;
    } finally {
      setBusy(undefined);
    }
  };

  const follow = async (from: GitTransfer): Promise<void> => {
    setTransfer(from);
    while (transfer()?.outcome === "TRANSFER_OUTCOME_RUNNING" && !over) {
      try {
        setTransfer(await ports.wait(transfer()!.version));
      } catch {
        // The transfer goes on in the slot; ask again when the line is back.
        await new Promise((later) => window.setTimeout(later, RETRY_MS));
      }
    }
    if (over) return;
    await refresh().catch(() => soon());
    const ended = transfer()!;
    if (ended.outcome === "TRANSFER_OUTCOME_DONE" || ended.outcome === "TRANSFER_OUTCOME_UP_TO_DATE") told.tell(ended.detail);
  };
  const start = async (kind: TransferKind): Promise<void> => {
    try {
      await follow(await ports.start(kind));
    } catch (error) {
      told.tell(reason(error), true);
    }
  };
  /** What runs already when the page is loaded is watched to its end. */
  const adopt = async (): Promise<void> => {
    const running = await ports.wait(0).catch(() => undefined);
    if (running?.outcome === "TRANSFER_OUTCOME_RUNNING") await follow(running);
  };

  const discard = async (question: string, what: Paths): Promise<boolean> =>
    told.confirm(question) && run("Discarding", () => ports.discard(what));
  const commit = (message: string, amend: boolean): Promise<boolean> =>
    run("Committing", async () => {
      const now = status();
      // As an editor's user expects: with nothing staged, all that is changed is meant.
      if (now && now.staged === 0 && !amend && now.activity === "GIT_ACTIVITY_UNSPECIFIED") await ports.stage({ all: true });
      return ports.commit(message, amend);
    });
  const abort = async (word: string): Promise<boolean> =>
    told.confirm(`Give up this ${word}? What was decided in it is lost; your own commits stay.`) && run("Aborting", () => ports.abort());

  return {
    ports, status, transfer, busy, shown, version, locked,
    show, refresh, soon, run, start, adopt, discard, commit, abort,
    /** Whether what is shown may still have the keys: nobody went on to something else since. */
    wanted: () => told.presses() === asked,
    forget: () => setTransfer(undefined),
  };
}

export type Desk = ReturnType<typeof createDesk>;
