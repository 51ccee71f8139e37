// One commit: its message, and what it changed, file by file.
import { createResource, createSignal, For, Show, type JSX } from "solid-js";
import { BrowseService, type CommitView, type FileChange } from "../../gen/repo.ts";
import { useApp } from "../../ui/context.tsx";
import { Copy, Fault } from "../../ui/parts.tsx";
import { A } from "../../ui/router.tsx";
import { count } from "../../ui/text.ts";
import { addressOf, changeText, diffLines, type Place } from "./model.ts";
import { When } from "./parts.tsx";

/** Files whose changes are open at first: more would be a wall of text. */
const OPEN_MAX = 20;

export function CommitPage(props: { place: Place }): JSX.Element {
  const app = useApp();
  const [found, { refetch }] = createResource(() => ({ path: props.place.path, commit: props.place.at }), (asked) => app.transport.call(BrowseService.getCommit, asked));
  const view = () => (found.error ? undefined : found.latest);
  return (
    <>
      <Fault error={found.error} retry={refetch} />
      <Show when={view()}>{(it) => <Whole view={it()} path={props.place.path} />}</Show>
    </>
  );
}

function Whole(props: { view: CommitView; path: string }): JSX.Element {
  const commit = () => props.view.commit!;
  const sum = (key: "additions" | "deletions") => props.view.changes.reduce((all, it) => all + it[key], 0);
  return (
    <>
      <div class="commithead">
        <h2>{commit().subject || "(no message)"}</h2>
        <Show when={commit().body}><pre class="body">{commit().body}</pre></Show>
        <div class="meta">
          <span title={commit().authorEmail}>{commit().authorName}</span>
          <When at={commit().committedAt} />
          <span class="clone"><code>{commit().id.slice(0, 12)}</code><Copy text={commit().id} what="Commit id" /></span>
          <For each={commit().parents}>{(id) => <span>after <A href={addressOf({ path: props.path, view: "commit", at: id })}><code>{id.slice(0, 9)}</code></A></span>}</For>
          <A href={addressOf({ path: props.path, view: "files", at: commit().id })}>files as of this commit</A>
        </div>
      </div>
      <p class="soft">
        {count(props.view.changes.length, "file")} changed, <span class="plus">+{sum("additions")}</span> <span class="minus">−{sum("deletions")}</span>
        <Show when={props.view.truncated}> (not all of it is shown)</Show>
      </p>
      <For each={props.view.changes}>{(change, at) => <Change change={change} path={props.path} commit={commit().id} open={at() < OPEN_MAX} />}</For>
    </>
  );
}

function Change(props: { change: FileChange; path: string; commit: string; open: boolean }): JSX.Element {
  const [open, setOpen] = createSignal(props.open);
  const it = () => props.change;
  return (
    <details class="change" open={open()} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        <span class="sign" title={changeText(it()).text}>{changeText(it()).letter}</span>
        <span class="name">{it().oldName ? `${it().oldName} → ` : ""}{it().name}</span>
        <span class="num"><span class="plus">+{it().additions}</span> <span class="minus">−{it().deletions}</span></span>
      </summary>
      <Show when={open()}>
        <Show when={it().kind !== "CHANGE_KIND_DELETED"}>
          <p class="note"><A href={addressOf({ path: props.path, view: "file", at: props.commit, file: it().file })}>Show the whole file</A></p>
        </Show>
        <Show when={it().binary}><p class="note">No text: there are no lines to compare.</p></Show>
        <Show when={it().patch}><Diff patch={it().patch} name={it().name} /></Show>
        <Show when={it().truncated}><p class="note">The rest of it is too long to be shown here.</p></Show>
      </Show>
    </details>
  );
}

function Diff(props: { patch: string; name: string }): JSX.Element {
  return (
    <div class="diff" role="region" aria-label={`Changes of ${props.name}`} tabindex="0">
      <table>
        <thead class="hidden-label"><tr><th>before</th><th>after</th><th>line</th></tr></thead>
        <tbody>
          <For each={diffLines(props.patch)}>
            {(line) => (
              <tr class={line.kind}>
                <td class="no">{line.old}</td>
                <td class="no">{line.new}</td>
                <td class="of"><span aria-hidden="true">{line.kind === "add" ? "+" : line.kind === "del" ? "−" : " "}</span><Show when={line.kind === "add" || line.kind === "del"}><span class="hidden-label">{line.kind === "add" ? "added: " : "removed: "}</span></Show>{line.text}</td>
              </tr>
            )}
          </For>
        </tbody>
      </table>
    </div>
  );
}
