// One file: its text in colour, a picture, or what it is instead; rendered or as it is where there are both.
import { createResource, createSignal, lazy, Match, Show, Suspense, Switch, type JSX } from "solid-js";
import { BrowseService, type FileView } from "../../gen/repo.ts";
import { useApp } from "../../ui/context.tsx";
import { Copy, Fault } from "../../ui/parts.tsx";
import { A } from "../../ui/router.tsx";
import { count, size } from "../../ui/text.ts";
import { toBase64 } from "../../wire.ts";
import { addressOf, crumbs, isMarkdown, rawAddress, type Place } from "./model.ts";
import { Crumbs, Latest, Revision } from "./parts.tsx";

const Document = lazy(() => import("./document.tsx"));
const Code = lazy(() => import("./code.tsx"));

export function File(props: { place: Place }): JSX.Element {
  const app = useApp();
  const [found, { refetch }] = createResource(() => ({ ...props.place }), ({ path, at, file }) => app.transport.call(BrowseService.getFile, { path, revision: at, file }));
  const view = () => (found.error ? undefined : found.latest);
  const name = () => crumbs(props.place.file).at(-1)?.name ?? "";
  const [source, setSource] = createSignal(false);
  const has = () => isMarkdown(name()) && !view()?.binary;
  return (
    <>
      <Fault error={found.error} retry={refetch} />
      <Show when={view()}>
        {(it) => (
          <>
            <div class="pathbar">
              <Revision place={props.place} named={it().revision || it().commit} />
              <Crumbs place={props.place} />
            </div>
            <div class="listing">
              <Show when={it().latest}>{(commit) => <Latest place={props.place} commit={commit()} />}</Show>
              <div class="filebar">
                <span class="soft num">{facts(it())}</span>
                <span class="spacer" />
                <Show when={has()}>
                  <button type="button" class="quiet" aria-pressed={source()} onClick={() => setSource(!source())}>{source() ? "As a document" : "As text"}</button>
                </Show>
                <Show when={it().text && !it().truncated}><Copy text={it().text} what="Text" /></Show>
                <A class="button quiet" href={addressOf({ ...props.place, view: "history" })}>History</A>
                <a class="button quiet" href={rawAddress({ ...props.place, at: it().commit })} download={name()}>Download</a>
              </div>
              <Content view={it()} name={name()} place={props.place} rendered={has() && !source()} />
            </div>
          </>
        )}
      </Show>
    </>
  );
}

function facts(view: FileView): string {
  const lines = view.binary || view.truncated ? "" : `${count(view.text.split("\n").length - (view.text.endsWith("\n") ? 1 : 0), "line")}, `;
  const kind = view.kind === "ENTRY_KIND_EXECUTABLE" ? ", program" : "";
  return `${lines}${size(view.size)}${kind}`;
}

function Content(props: { view: FileView; name: string; place: Place; rendered: boolean }): JSX.Element {
  const it = () => props.view;
  return (
    <Suspense fallback={<pre class="source"> </pre>}>
      <Show when={it().truncated}><p class="note">This file is large: here is its beginning. Download it to see all of it.</p></Show>
      <Show when={it().lossy}><p class="note">Some bytes are no UTF-8 text; they are shown as {"\ufffd"}.</p></Show>
      <Switch fallback={<Code name={props.name} text={it().text} />}>
        <Match when={it().kind === "ENTRY_KIND_SUBMODULE"}><p class="note">Another repository at commit <code>{it().text}</code>.</p></Match>
        <Match when={it().kind === "ENTRY_KIND_LINK"}><p class="note">A link to <code>{it().text}</code>.</p></Match>
        <Match when={it().pictureType}><div class="picture"><img src={`data:${it().pictureType};base64,${toBase64(it().picture)}`} alt={props.name} /></div></Match>
        <Match when={it().binary}><p class="note">No text: it can only be downloaded.</p></Match>
        <Match when={it().size === 0}><p class="note">This file is empty.</p></Match>
        <Match when={props.rendered}><div class="padded"><Document place={props.place} text={it().text} /></div></Match>
      </Switch>
    </Suspense>
  );
}
