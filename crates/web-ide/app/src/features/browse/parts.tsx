// Pieces of a repository's pages.
import { createResource, createSignal, For, Show, Suspense, type JSX } from "solid-js";
import { BrowseService, type Commit, type Ref } from "../../gen/repo.ts";
import { useApp } from "../../ui/context.tsx";
import { A, go } from "../../ui/router.tsx";
import { ago } from "../../ui/text.ts";
import { addressOf, crumbs, type Place } from "./model.ts";

/** Branches and tags offered; with more the rest is reached by typing. */
const REFS_PAGES_MAX = 5;

/** Where in the repository one is, each step a link. */
export function Crumbs(props: { place: Place }): JSX.Element {
  const parts = () => crumbs(props.place.file);
  const name = () => props.place.path.split("/")[1];
  return (
    <nav class="crumbs" aria-label="Path">
      <A href={addressOf({ ...props.place, view: "files", file: "" })}>{name()}</A>
      <For each={parts()}>
        {(part, at) => (
          <>
            <span aria-hidden="true">/</span>
            <Show when={at() < parts().length - 1} fallback={<b>{part.name}</b>}>
              <A href={addressOf({ ...props.place, view: "files", file: part.file })}>{part.name}</A>
            </Show>
          </>
        )}
      </For>
    </nav>
  );
}

/** Chooses a branch or a tag; where one is stays the same. */
export function Revision(props: { place: Place; named: string }): JSX.Element {
  const app = useApp();
  const [refs] = createResource(() => props.place.path, async (path) => {
    const all: Ref[] = [];
    let after = "";
    for (let page = 0; page < REFS_PAGES_MAX; page++) {
      const reply = await app.transport.call(BrowseService.listRefs, { path, after, limit: 200 });
      all.push(...reply.refs);
      after = reply.next;
      if (!after) break;
    }
    return all;
  });
  const of = (kind: Ref["kind"]) => (refs.error ? [] : (refs.latest ?? []).filter((it) => it.kind === kind));
  const main = () => (refs.error ? [] : refs.latest ?? []).find((it) => it.isDefault)?.name;
  const chosen = () => props.place.at || main() || props.named;
  const known = () => (refs.error ? [] : refs.latest ?? []).some((it) => it.name === chosen());
  const choose = (name: string) => go(addressOf({ ...props.place, at: name }));
  return (
    <Suspense fallback={<label class="revision"><select aria-label="Branch or tag" disabled><option>{props.place.at || props.named}</option></select></label>}>
    <label class="revision">
      <span class="hidden-label">Branch or tag</span>
      <select value={chosen()} onChange={(event) => choose(event.currentTarget.value)}>
        <Show when={!known()}><option value={chosen()} selected>{/^[0-9a-f]{40,64}$/.test(chosen()) ? chosen().slice(0, 9) : chosen()}</option></Show>
        <optgroup label="Branches"><For each={of("REF_KIND_BRANCH")}>{(it) => <option value={it.name} selected={it.name === chosen()}>{it.name}</option>}</For></optgroup>
        <Show when={of("REF_KIND_TAG").length > 0}>
          <optgroup label="Tags"><For each={of("REF_KIND_TAG")}>{(it) => <option value={it.name} selected={it.name === chosen()}>{it.name}</option>}</For></optgroup>
        </Show>
      </select>
    </label>
    </Suspense>
  );
}

/** One line on the commit that came last. */
export function Latest(props: { place: Place; commit: Commit }): JSX.Element {
  return (
    <div class="latest">
      <span class="who">{props.commit.authorName}</span>
      <A class="subject" href={addressOf({ path: props.place.path, view: "commit", at: props.commit.id })}>{props.commit.subject || "(no message)"}</A>
      <When at={props.commit.committedAt} />
    </div>
  );
}

/** How long ago, and exactly when to those who point at it. */
export function When(props: { at: number }): JSX.Element {
  return <time class="soft num" dateTime={new Date(props.at).toISOString()} title={new Date(props.at).toLocaleString()}>{ago(props.at, Date.now())}</time>;
}

/** A button for the next page of a list. */
export function More(props: { next: string; load: () => Promise<unknown> }): JSX.Element {
  const [busy, setBusy] = createSignal(false);
  const press = async () => {
    setBusy(true);
    await props.load().finally(() => setBusy(false));
  };
  return <Show when={props.next}><button type="button" class="more" aria-busy={busy()} disabled={busy()} onClick={press}>Show more</button></Show>;
}
