// The commits of the branch, the newest first; those that are not pushed are marked.
import { createEffect, createSignal, For, on, Show, type JSX } from "solid-js";
import type { LogCommit } from "../../gen/agent.ts";
import { reason } from "../../transport.ts";
import { Do } from "../../ui/parts.tsx";
import { ago } from "../../ui/text.ts";
import type { Desk } from "./desk.ts";

export function History(props: { desk: Desk }): JSX.Element {
  const { desk } = props;
  const [open, setOpen] = createSignal(false);
  const [commits, setCommits] = createSignal<readonly LogCommit[]>([]);
  const [more, setMore] = createSignal(false);
  const [fault, setFault] = createSignal<string>();
  const load = async (skip: number) => {
    try {
      const page = await desk.ports.log(skip);
      setCommits(skip === 0 ? page.commits : [...commits(), ...page.commits]);
      setMore(page.more);
      setFault(undefined);
    } catch (error) {
      setFault(reason(error));
    }
  };
  // Only a new commit, a push or another branch changes it.
  const state = () => `${desk.status()?.commit} ${desk.status()?.unpushed} ${desk.status()?.upstream}`;
  createEffect(on([open, state], ([shown]) => void (shown && load(0))));
  return (
    <details class="gitgroup history" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary><h2>History</h2></summary>
      <Show when={fault()}><p class="hint pad" role="alert">{fault()}</p></Show>
      <ol>
        <For each={commits()}>
          {(it) => (
            <li title={it.id}>
              <bdi class="subject">{it.subject}</bdi>
              <span class="hint"><bdi>{it.author}</bdi>, {ago(it.authoredAt, Date.now())}{it.pushed ? "" : " · "}<Show when={!it.pushed}><b class="warn">not pushed</b></Show><For each={it.names}>{(name) => <> <code>{name}</code></>}</For></span>
            </li>
          )}
        </For>
      </ol>
      <Show when={more()}><Do class="quiet" run={() => load(commits().length)}>Older ones</Do></Show>
    </details>
  );
}
