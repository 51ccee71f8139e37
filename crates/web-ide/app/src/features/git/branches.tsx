// Switching to a branch, or making one.
import { createResource, createSignal, For, Show, type JSX } from "solid-js";
import { reason } from "../../transport.ts";
import { Dialog, Do } from "../../ui/parts.tsx";
import { ago } from "../../ui/text.ts";
import type { Desk } from "./desk.ts";

/** More than fits is found by typing a part of its name. */
const SHOWN_MAX = 100;

export function BranchDialog(props: { desk: Desk; close: () => void }): JSX.Element {
  const { desk } = props;
  const [wanted, setWanted] = createSignal("");
  const [branches] = createResource(() => desk.ports.branches());
  const found = () => (branches.error ? [] : (branches() ?? []).filter((it) => it.name.toLowerCase().includes(wanted().trim().toLowerCase())).slice(0, SHOWN_MAX));
  const isNew = () => wanted().trim() !== "" && !branches()?.some((it) => it.name === wanted().trim());
  const go = async (name: string, create: boolean) => {
    if (await desk.run("Switching", () => desk.ports.switchTo(name, create))) props.close();
  };
  const enter = (event: KeyboardEvent) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    const exact = found().find((it) => it.name === wanted().trim());
    if (exact ?? isNew()) void go(wanted().trim(), !exact);
  };
  return (
    <Dialog title="Switch branch" close={props.close}>
      <label>
        Name
        <input autofocus spellcheck={false} autocapitalize="none" value={wanted()} onInput={(event) => setWanted(event.currentTarget.value)} onKeyDown={enter} />
        <span class="hint">Type to find one, or a new name to make one from the present commit.</span>
      </label>
      <Show when={isNew()}><div class="row"><Do class="primary" run={() => go(wanted().trim(), true)}>Create {wanted().trim()}</Do></div></Show>
      <Show when={!branches.error} fallback={<p class="fault" role="alert">{reason(branches.error)}</p>}>
        <ul class="branches" aria-label="Branches">
          <For each={found()}>
            {(it) => (
              <li>
                <button type="button" class="quiet" disabled={it.current || desk.busy() !== undefined} onClick={() => void go(it.name, false)}>
                  <bdi>{it.name}</bdi>{it.current ? " (here)" : it.remote ? " (on the server)" : ""}
                </button>
                <span class="hint">{ago(it.committedAt, Date.now())} · <bdi>{it.subject}</bdi></span>
              </li>
            )}
          </For>
        </ul>
      </Show>
      <div class="row"><button type="button" onClick={() => props.close()}>Cancel</button></div>
    </Dialog>
  );
}
