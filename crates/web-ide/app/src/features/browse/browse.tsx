// A repository without a session: its files, one file, its history, a commit, its settings.
import { createResource, lazy, Match, Show, Suspense, Switch, type JSX } from "solid-js";
import { RepositoryService, type RepositoryCheck } from "../../gen/repo.ts";
import { useApp } from "../../ui/context.tsx";
import { Copy, Do, Fault, Nowhere } from "../../ui/parts.tsx";
import { A, path, search } from "../../ui/router.tsx";
import { readiness } from "../repositories/model.ts";
import { openSession } from "../repositories/open.ts";
import { CommitPage } from "./commit.tsx";
import { File } from "./file.tsx";
import { Folder } from "./folder.tsx";
import { History } from "./history.tsx";
import "../../style/forms.css";
import "./browse.css";
import { addressOf, placeOf, type Place } from "./model.ts";
import { Settings } from "./settings.tsx";

const Notes = lazy(() => import("../notes/pane.tsx"));

export default function Browse(): JSX.Element {
  const place = () => placeOf(path(), search());
  return <Show when={place()} fallback={<Nowhere />}>{(it) => <Repository place={it()} />}</Show>;
}

function Repository(props: { place: Place }): JSX.Element {
  const app = useApp();
  const at = () => props.place;
  const cloneUrl = () => `${location.origin}/git/${at().path}.git`;
  const [check, { refetch }] = createResource(() => at().path, (path) => app.transport.call(RepositoryService.checkRepository, { path }));
  const state = () => (check.error || !check.latest ? undefined : readiness(check.latest as RepositoryCheck));
  const isOn = (...views: Place["view"][]) => (views.includes(at().view) ? "page" : undefined);
  return (
    <>
      <header class="head">
        <h1 class="repo"><A href="/repositories">{at().path.split("/")[0]}</A><span aria-hidden="true">/</span>{at().path.split("/")[1]}</h1>
        <div class="actions">
          <div class="clone"><code>{cloneUrl()}</code><Copy text={cloneUrl()} what="Clone address" /></div>
          <Show when={!check.error}>
            <Do class="primary" label={`Open session on ${at().path}`} run={() => openSession(app.transport, at().path, "SLOT_CLASS_STANDARD", state()?.kind === "lacks")}>Open session</Do>
          </Show>
        </div>
      </header>
      <Show when={!check.error} fallback={<Fault error={check.error} retry={refetch} />}>
        <nav class="subnav" aria-label="Repository">
          <A href={addressOf({ path: at().path, at: at().at })} aria-current={isOn("files", "file")}>Files</A>
          <A href={addressOf({ path: at().path, view: "history", at: at().at })} aria-current={isOn("history", "commit")}>History</A>
          <A href={addressOf({ path: at().path, view: "notes" })} aria-current={isOn("notes")}>Notes</A>
          <A href={addressOf({ path: at().path, view: "settings" })} aria-current={isOn("settings")}>Settings</A>
        </nav>
        <Suspense>
        <Switch>
          <Match when={at().view === "files"}><Folder place={at()} cloneUrl={cloneUrl()} changed={() => void refetch()} /></Match>
          <Match when={at().view === "file"}><File place={at()} /></Match>
          <Match when={at().view === "history"}><History place={at()} /></Match>
          <Match when={at().view === "commit"}><CommitPage place={at()} /></Match>
          <Match when={at().view === "notes"}><div class="notes-page"><Show keyed when={at().path}>{(path) => <Notes repository={path} />}</Show></div></Match>
          <Match when={at().view === "settings"}><Settings path={at().path} /></Match>
        </Switch>
        </Suspense>
      </Show>
    </>
  );
}
