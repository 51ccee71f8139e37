// Small pieces that every page is made of.
import { createSignal, For, onCleanup, onMount, Show, type JSX } from "solid-js";
import { reason } from "../transport.ts";
import { useApp, type Toast } from "./context.tsx";
import { A } from "./router.tsx";

/** A page's head: what it is, and what can be done here. */
export function Head(props: { title: string; children?: JSX.Element }): JSX.Element {
  return (
    <header class="head">
      <h1>{props.title}</h1>
      <div class="actions">{props.children}</div>
    </header>
  );
}

/** What a list says when there is nothing in it. */
export function Empty(props: { title: string; children: JSX.Element }): JSX.Element {
  return (
    <div class="empty">
      <h2>{props.title}</h2>
      {props.children}
    </div>
  );
}

/** A button that can't be pressed twice, and says what went wrong. */
export function Do(props: { run: () => Promise<unknown>; class?: string; label?: string; children: JSX.Element; disabled?: boolean }): JSX.Element {
  const app = useApp();
  const [busy, setBusy] = createSignal(false);
  const press = async () => {
    setBusy(true);
    try {
      await props.run();
    } catch (error) {
      app.tell(reason(error), true);
    }
    setBusy(false);
  };
  return (
    <button type="button" class={props.class} aria-label={props.label} aria-busy={busy()} disabled={busy() || props.disabled} onClick={press}>
      {props.children}
    </button>
  );
}

export function Copy(props: { text: string; what: string; primary?: boolean }): JSX.Element {
  const app = useApp();
  const copy = async () => {
    await navigator.clipboard.writeText(props.text);
    app.tell(`${props.what} copied`);
  };
  return (
    <Do class={props.primary ? "primary" : "quiet"} label={`Copy ${props.what.toLowerCase()}`} run={copy}>
      Copy
    </Do>
  );
}

/** A window over the page for one question; Escape closes it. */
export function Dialog(props: { title: string; close: () => void; children: JSX.Element }): JSX.Element {
  let element!: HTMLDialogElement;
  let over = false;
  onMount(() => element.showModal());
  // Closed, not only taken away: so the focus goes back to where it was.
  onCleanup(() => {
    over = true;
    element.close();
  });
  return (
    <dialog ref={element} aria-label={props.title} onClose={() => over || props.close()} onClick={(event) => event.target === element && element.close()}>
      <form method="dialog" class="stack" onSubmit={(event) => event.preventDefault()}>
        <h2>{props.title}</h2>
        {props.children}
      </form>
    </dialog>
  );
}

/** Calls now and then again as long as the page is shown and looked at. */
export function poll(everyMs: number, run: () => Promise<unknown>): void {
  let timer: number | undefined;
  let over = false;
  const turn = async () => {
    if (!document.hidden) await run().catch(() => {});
    if (!over) timer = window.setTimeout(turn, everyMs);
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
}

export function Toasts(props: { toasts: Toast[]; drop: (id: number) => void }): JSX.Element {
  return (
    <div class="toasts" role="status" aria-live="polite">
      <For each={props.toasts}>
        {(it) => (
          <div class="toast" classList={{ bad: it.bad }}>
            <span>{it.text}<Show when={it.link}>{(link) => <> <a href={link().href} target="_blank" rel="noopener">{link().text}</a></>}</Show></span>
            <button type="button" class="quiet icon" aria-label="Dismiss" onClick={() => props.drop(it.id)}>
              ×
            </button>
          </div>
        )}
      </For>
    </div>
  );
}

export function Fault(props: { error: unknown; retry: () => void }): JSX.Element {
  const app = useApp();
  // That the server is away is said once, at the top.
  return (
    <Show when={app.reach().kind !== "away" && props.error}>
      <div class="fault" role="alert">
        <span>{reason(props.error)}</span>
        <button type="button" onClick={() => props.retry()}>Try again</button>
      </div>
    </Show>
  );
}

/** An address where nothing is. */
export function Nowhere(): JSX.Element {
  return (
    <>
      <Head title="There is no such page" />
      <p>The address may be mistyped, or what was here is gone or not shared with you.</p>
      <p><A href="/repositories">To the repositories</A></p>
    </>
  );
}
