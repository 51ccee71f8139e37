// What is in a folder, and the document that describes it.
import { createResource, createSignal, For, lazy, Match, Show, Suspense, Switch, type JSX } from "solid-js";
import { BrowseService, RepositoryService, type Entry, type EntryKind } from "../../gen/repo.ts";
import { useApp } from "../../ui/context.tsx";
import { Copy, Do, Empty, Fault } from "../../ui/parts.tsx";
import { A } from "../../ui/router.tsx";
import { size } from "../../ui/text.ts";
import { addressOf, isMarkdown, parent, readmeOf, type Place } from "./model.ts";
import { Crumbs, Latest, More, Revision } from "./parts.tsx";

const Document = lazy(() => import("./document.tsx"));
const Code = lazy(() => import("./code.tsx"));

const SIGNS: Record<EntryKind, { sign: string; text: string }> = {
  ENTRY_KIND_UNSPECIFIED: { sign: "·", text: "file" },
  ENTRY_KIND_FOLDER: { sign: "▸", text: "folder" },
  ENTRY_KIND_FILE: { sign: "", text: "file" },
  ENTRY_KIND_EXECUTABLE: { sign: "*", text: "program" },
  ENTRY_KIND_LINK: { sign: "↪", text: "link" },
  ENTRY_KIND_SUBMODULE: { sign: "@", text: "another repository" },
};

export function Folder(props: { place: Place; cloneUrl: string; changed: () => void }): JSX.Element {
  const app = useApp();
  const ask = (after: string) =>
    app.transport.call(BrowseService.listFolder, { path: props.place.path, revision: props.place.at, folder: props.place.file, after });
  const [more, setMore] = createSignal<{ entries: Entry[]; next: string }>();
  const [found, { refetch }] = createResource(() => ({ ...props.place }), () => (setMore(undefined), ask("")));
  const listing = () => (found.error ? undefined : found.latest);
  const next = () => more()?.next ?? listing()?.next ?? "";
  const load = async () => {
    const page = await ask(next());
    setMore({ entries: [...(more()?.entries ?? []), ...page.entries], next: page.next });
  };
  const entries = () => [...(listing()?.entries ?? []), ...(more()?.entries ?? [])];
  const start = async (run: () => Promise<unknown>) => {
    await run();
    await refetch();
    props.changed();
  };
  return (
    <>
      <Fault error={found.error} retry={refetch} />
      <Show when={listing()}>
        {(it) => (
          <Show
            when={it().commit}
            fallback={
              <Empty title="No commit yet">
                <p>Push a project that you have, or begin with the starter files: a <code>shell.nix</code> with the tools, a <code>default.nix</code> that builds, and tasks in <code>carrel.toml</code>.</p>
                <div class="clone"><code>git push {props.cloneUrl} main</code><Copy text={`git push ${props.cloneUrl} main`} what="Command" /></div>
                <Do class="primary" run={() => start(() => app.transport.call(RepositoryService.addStarters, { path: props.place.path }))}>Add starter files</Do>
              </Empty>
            }
          >
            <div class="pathbar">
              <Revision place={props.place} named={it().revision || it().commit} />
              <Crumbs place={props.place} />
              <span class="spacer" />
              <Show when={props.place.file}><A class="button quiet" href={addressOf({ ...props.place, view: "history" })}>History of this folder</A></Show>
            </div>
            <div class="listing">
              <Show when={it().latest}>{(commit) => <Latest place={props.place} commit={commit()} />}</Show>
              <ul class="entries">
                <Show when={props.place.file}>
                  <li><A href={addressOf({ ...props.place, file: parent(props.place.file) })} aria-label="Up one folder">..</A></li>
                </Show>
                <For each={entries()}>{(entry) => <Row entry={entry} place={props.place} />}</For>
              </ul>
            </div>
            <More next={next()} load={load} />
            <Show when={readmeOf(entries())}>{(readme) => <Suspense><Readme place={{ ...props.place, file: readme().file }} name={readme().name} /></Suspense>}</Show>
          </Show>
        )}
      </Show>
    </>
  );
}

function Row(props: { entry: Entry; place: Place }): JSX.Element {
  const it = () => props.entry;
  const isFolder = () => it().kind === "ENTRY_KIND_FOLDER";
  const sign = () => SIGNS[it().kind] ?? SIGNS.ENTRY_KIND_UNSPECIFIED;
  return (
    <li>
      <span class="sign" title={sign().text} aria-hidden="true">{sign().sign}</span>
      <A href={addressOf({ ...props.place, view: isFolder() ? "files" : "file", file: it().file })}>{it().name}{isFolder() ? "/" : ""}</A>
      <Show when={!isFolder() && it().kind !== "ENTRY_KIND_SUBMODULE"}><span class="soft num">{size(it().size)}</span></Show>
    </li>
  );
}

function Readme(props: { place: Place; name: string }): JSX.Element {
  const app = useApp();
  const [view] = createResource(() => ({ ...props.place }), ({ path, at, file }) => app.transport.call(BrowseService.getFile, { path, revision: at, file }));
  const text = () => (view.error ? undefined : view.latest?.binary ? undefined : view.latest?.text);
  return (
    <Show when={text()}>
      {(it) => (
        <section class="readme" aria-label={props.name}>
          <Suspense>
            <Switch fallback={<Code name={props.name} text={it()} />}>
              <Match when={isMarkdown(props.name)}><Document place={props.place} text={it()} /></Match>
            </Switch>
          </Suspense>
        </section>
      )}
    </Show>
  );
}
