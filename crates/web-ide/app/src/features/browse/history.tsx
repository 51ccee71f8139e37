// Commits, day by day: all of them, or those that changed one path.
import { createResource, createSignal, For, Show, type JSX } from "solid-js";
import { BrowseService, type Commit } from "../../gen/repo.ts";
import { useApp } from "../../ui/context.tsx";
import { Empty, Fault } from "../../ui/parts.tsx";
import { A } from "../../ui/router.tsx";
import { addressOf, byDay, type Place } from "./model.ts";
import { Crumbs, More, Revision, When } from "./parts.tsx";

const dayOf = (at: number) => new Date(at).toLocaleDateString(undefined, { weekday: "short", year: "numeric", month: "short", day: "numeric" });

export function History(props: { place: Place }): JSX.Element {
  const app = useApp();
  const ask = (after: string) => app.transport.call(BrowseService.listCommits, { path: props.place.path, revision: props.place.at, file: props.place.file, after });
  const [more, setMore] = createSignal<{ commits: Commit[]; next: string }>();
  const [found, { refetch }] = createResource(() => ({ ...props.place }), () => (setMore(undefined), ask("")));
  const listing = () => (found.error ? undefined : found.latest);
  const next = () => more()?.next ?? listing()?.next ?? "";
  const load = async () => {
    const page = await ask(next());
    setMore({ commits: [...(more()?.commits ?? []), ...page.commits], next: page.next });
  };
  const days = () => byDay([...(listing()?.commits ?? []), ...(more()?.commits ?? [])], dayOf);
  return (
    <>
      <Fault error={found.error} retry={refetch} />
      <div class="pathbar">
        <Revision place={props.place} named="default branch" />
        <Crumbs place={props.place} />
      </div>
      <Show when={listing()}>
        <Show when={days().length > 0} fallback={<Empty title="No commit yet"><p>Each commit is a step of the work that one can come back to. The first one appears here.</p></Empty>}>
          <For each={days()}>
            {(day) => (
              <section aria-label={day.day} class="day">
                <h2>{day.day}</h2>
                <ul class="commits">
                  <For each={day.commits}>
                    {(commit) => (
                      <li>
                        <A class="subject" href={addressOf({ path: props.place.path, view: "commit", at: commit.id })}>{commit.subject || "(no message)"}</A>
                        <span class="soft">{commit.authorName}</span>
                        <When at={commit.committedAt} />
                        <A class="id" href={addressOf({ path: props.place.path, view: "files", at: commit.id })} title="The files as of this commit" aria-label={`Files as of ${commit.id.slice(0, 9)}`}><code>{commit.id.slice(0, 9)}</code></A>
                      </li>
                    )}
                  </For>
                </ul>
              </section>
            )}
          </For>
          <More next={next()} load={load} />
        </Show>
      </Show>
    </>
  );
}
